// The host names that a table serves.
import type { RoutingTable } from './table.ts'

/** Every name of the table once, wildcards included, in its order: hosts first, then their aliases. Regexes are none. */
export function tableHosts(table: RoutingTable): string[] {
  const hosts = table.hosts.map(({ host }) => host).filter(host => host !== '')
  const aliases = table.aliases.filter(({ kind }) => kind === 'name').map(({ text }) => text)
  return [...new Set([...hosts, ...aliases])]
}
