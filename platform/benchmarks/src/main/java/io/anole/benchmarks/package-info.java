/** What a candidate implements to be measured. Found with {@link java.util.ServiceLoader}. */
package io.anole.benchmarks;
