// Which routes protect what is behind them.
import type { Route } from './table.ts'

/** Whether a route lets only some requests through. So far those are the routes that let none, for want of their guard. */
export function isGuarded(route: Route): boolean {
  return route.denied !== undefined
}
