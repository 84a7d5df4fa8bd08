// Which routes protect what is behind them.
import type { Route } from './table.ts'

/** Whether a route lets only some requests through, or none for want of its guard. */
export function isGuarded(route: Route): boolean {
  return route.guardKey !== ''
}
