// More names for a host. Only the reading: compile gives the names to the host, the matcher finds them.
import { definePolicy } from '../define-policy.ts'
import { nginxSetting, quote } from '../setting-types.ts'
import { compileLinearRegex } from '../values/linear-regex.ts'

/** One more name: exact, a wildcard (`*.foo.com`), or a regex that is searched in the host, case-insensitively. */
export interface Alias {
  readonly kind: 'name' | 'regex'
  /** Lower case for a name; the pattern without its `~` for a regex. */
  readonly text: string
}

/** Longest list of aliases: each regex is tried for every host that no name takes. */
const maxAliases = 64

/** More names for the hosts of an Ingress (ingress-nginx: `server-alias`). */
export const serverAlias = definePolicy('serverAlias', {
  doc: 'More names for the host of an Ingress.',
  settings: {
    aliases: nginxSetting<readonly Alias[]>(
      'server-alias',
      'list of hosts',
      {
        default: [],
        doc: 'Names, separated by commas, that lead to all rules of the host: exact, *.wildcard, or a regex after ~. The first Ingress of a host that sets it decides; a name that is a host of its own stays with that. Regexes are tried after all names, in linear time.',
        differs:
          'Of an Ingress with several hosts the first one gets the names. A wildcard stands for one label. A plain request for an alias is redirected to https only where its certificate covers the alias.',
        consequence: 'the host keeps its one name',
      },
      parseAliases,
    ),
  },
})

/** A pattern as nginx searches it in a host: anywhere, regardless of case. Patterns are checked when they are read. */
export function compileAlias(pattern: string): ReturnType<typeof compileLinearRegex> {
  return compileLinearRegex(pattern, { ignoreCase: true })
}

function parseAliases(written: string): { readonly value: readonly Alias[] } | { readonly problem: string } {
  const aliases = new Map<string, Alias>()
  for (const item of written.split(',').map(text => text.trim())) {
    if (item === '') continue
    const alias = parseAlias(item)
    if ('problem' in alias) return alias
    aliases.set(`${alias.kind} ${alias.text}`, alias)
  }
  if (aliases.size > maxAliases) return { problem: `it lists more than ${maxAliases} names` }
  return { value: [...aliases.values()] }
}

function parseAlias(item: string): Alias | { readonly problem: string } {
  if (item.startsWith('~')) {
    const text = item.slice(1)
    const compiled = compileAlias(text)
    return 'problem' in compiled ? { problem: `${quote(item)} ${compiled.problem}` } : { kind: 'regex', text }
  }
  const text = item.toLowerCase()
  const isHost = /^(?:\*\.)?(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9])?\.)*[a-z0-9_](?:[a-z0-9_-]*[a-z0-9])?$/.test(
    text,
  )
  return isHost && text.length <= 255
    ? { kind: 'name', text }
    : { problem: `${quote(item)} is not a host name` }
}
