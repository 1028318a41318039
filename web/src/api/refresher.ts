/** Has queries fetched anew because something changed: as often as that takes, and no more.
 *
 * An answer that is on its way may have been read before the change. It is shown all the same, and asked for once more:
 * whoever threw it away and began again would show nothing new as long as much happens.
 */

import type { Query, QueryClient, QueryFilters } from "@tanstack/react-query";

export class Refresher {
  private readonly client: QueryClient;
  private readonly again = new Set<string>();
  /** Ends it. */
  readonly stop: () => void;

  constructor(client: QueryClient) {
    this.client = client;
    this.stop = client.getQueryCache().subscribe(({ query }) => this.settled(query));
  }

  refresh(filters: QueryFilters): void {
    this.overtaken(filters);
    void this.client.invalidateQueries(filters, { cancelRefetch: false });
  }

  /** Of what is small and changes seldom: nothing older is shown in between. */
  restart(filters: QueryFilters): void {
    void this.client.invalidateQueries(filters);
    // What was never answered it does not begin again; the others are on their way only now.
    for (const query of this.onTheirWay(filters))
      if (query.state.data === undefined) this.again.add(query.queryHash);
      else this.again.delete(query.queryHash);
  }

  /** What was shown is right again; only an answer that is on its way may be older. */
  overtaken(filters: QueryFilters): void {
    for (const query of this.onTheirWay(filters)) this.again.add(query.queryHash);
  }

  private onTheirWay(filters: QueryFilters): Query[] {
    return this.client.getQueryCache().findAll({ ...filters, fetchStatus: "fetching" });
  }

  private settled(query: Query): void {
    if (query.state.fetchStatus !== "idle" || !this.again.delete(query.queryHash)) return;
    void this.client.invalidateQueries({ queryKey: query.queryKey, exact: true });
  }
}
