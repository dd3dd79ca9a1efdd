package io.anole.deployer.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.anole.deployer.Outcome;
import io.anole.deployer.Outcome.Result;
import io.anole.deployer.Plan.Action;
import io.anole.deployer.Plan.Change;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is found after the runtime has ended at each step. */
class LedgerTest {
    @TempDir
    private Path temp;
    private Ledger ledger;

    @BeforeEach
    void open() throws IOException {
        ledger = new Ledger(Journal.open(temp.resolve("journal")), 2, 10);
    }

    @AfterEach
    void close() throws IOException {
        ledger.close();
    }

    /** As a start after a kill. */
    private void reopen() throws IOException {
        ledger.close();
        open();
    }

    private static List<Change> update(int from, int to) {
        return List.of(new Change(from == 0 ? Action.INSTALL : Action.UPDATE, "arm", from == 0 ? "" : from + ".0.0",
                from == 0 ? "" : "sha" + from, to + ".0.0", "sha" + to, "arm.jar"));
    }

    private void commit(int from, int to) throws IOException {
        ledger.begin("deploy", "test", update(from, to));
        ledger.end(Result.COMMITTED, "");
        ledger.published();
    }

    @Test
    void what_was_begun_and_not_ended_never_happened() throws IOException {
        commit(0, 1);
        ledger.begin("deploy", "test", update(1, 2));
        reopen();
        assertThat(ledger.current("arm")).contains(new Kept("1.0.0", "sha1", "arm.jar"));
        assertThat(ledger.interrupted()).map(Outcome::changes).contains(update(1, 2));
        ledger.end(Result.INTERRUPTED, "cut off");
        reopen();
        assertThat(ledger.interrupted()).isEmpty();
        assertThat(ledger.history().get(0).result()).isEqualTo(Result.INTERRUPTED);
        assertThat(ledger.cutOff("arm")).isTrue();
    }

    @Test
    void what_was_committed_has_happened_and_may_have_to_be_shown_still() throws IOException {
        commit(0, 1);
        ledger.begin("deploy", "test", update(1, 2));
        ledger.end(Result.COMMITTED, "");
        reopen();
        assertThat(ledger.current("arm")).map(Kept::version).contains("2.0.0");
        assertThat(ledger.unpublished()).map(Outcome::changes).contains(update(1, 2));
        ledger.published();
        reopen();
        assertThat(ledger.unpublished()).isEmpty();
    }

    @Test
    void what_came_from_the_directory_has_happened_and_is_shown() throws IOException {
        commit(0, 1);
        ledger.begin("deploy", "deploy directory", update(1, 2));
        ledger.endShown(Result.COMMITTED, "");
        reopen();
        assertThat(ledger.current("arm")).map(Kept::version).contains("2.0.0");
        assertThat(ledger.unpublished()).isEmpty();
    }

    @Test
    void so_many_former_versions_are_kept_and_each_content_once() throws IOException {
        for (int version = 1; version <= 5; version++) {
            commit(version - 1, version);
        }
        assertThat(ledger.versions("arm")).extracting(Kept::version).containsExactly("5.0.0", "4.0.0", "3.0.0");
        commit(5, 4);
        reopen();
        assertThat(ledger.versions("arm")).extracting(Kept::version).containsExactly("4.0.0", "5.0.0", "3.0.0");
        assertThat(ledger.digests()).containsExactlyInAnyOrder("sha3", "sha4", "sha5");
    }

    @Test
    void the_history_is_bounded_and_survives() throws IOException {
        for (int version = 1; version <= 12; version++) {
            commit(version - 1, version);
        }
        reopen();
        assertThat(ledger.history()).hasSize(10).first().extracting(Outcome::id).isEqualTo(12L);
        commit(12, 13);
        assertThat(ledger.history()).hasSize(10).first().extracting(Outcome::id).isEqualTo(13L);
    }

    /** What failed, or has twice been there when the runtime died, is not tried again by itself. */
    @Test
    void content_that_failed_is_remembered() throws IOException {
        commit(0, 1);
        ledger.begin("deploy", "test", update(1, 2));
        ledger.end(Result.ROLLED_BACK, "no good");
        for (int i = 0; i < 2; i++) {
            assertThat(ledger.failed("sha3")).isEmpty();
            ledger.begin("deploy", "test", update(1, 3));
            ledger.end(Result.INTERRUPTED, "");
        }
        reopen();
        assertThat(ledger.failed("sha1")).isEmpty();
        assertThat(ledger.failed("sha2")).map(Outcome::reason).contains("no good");
        assertThat(ledger.failed("sha3")).isPresent();
    }
}
