// Hot path: runs for every request where the ConfigMap blocks something.
// Who gets nothing from any route: by address, by User-Agent, by Referer.

import { definePolicy, type Setting } from '../define-policy.ts'
import type { Answer } from '../request-facts.ts'
import { nginxSetting, quote, type SettingText } from '../setting-types.ts'
import { addressSetSetting, containsAddress } from '../values/address-set.ts'
import { compileLinearRegex, type LinearRegex } from '../values/linear-regex.ts'

/** One entry: a whole value without regard to case, or a regex that is looked for anywhere in the value. */
export type BlockEntry =
  | { readonly text: string }
  | { readonly pattern: string; readonly ignoreCase: boolean }

const linearRegexes = 'Regexes have neither look-around nor backreferences, so that none takes long.'

/** Blocks for all Ingresses (ingress-nginx's ConfigMap: `block-cidrs`, `block-user-agents`, `block-referers`). */
export const blockLists = definePolicy('blockLists', {
  doc: 'Answers 403 to what is on one of the lists, before anything else is looked at.',
  settings: {
    addresses: addressSetSetting('block-cidrs', {
      default: undefined,
      onProblem: 'deny',
      scope: 'config-map',
      doc: 'Addresses and networks (CIDR), separated by commas, that get 403 everywhere.',
      differs:
        'Holds on every route and before redirects; ingress-nginx forgets it where an Ingress has a list of its own or satisfy is "any".',
    }),
    userAgents: entriesSetting('block-user-agents', {
      default: undefined,
      onProblem: 'deny',
      scope: 'config-map',
      differs: linearRegexes,
      doc: 'User-Agent values, separated by commas, that get 403. "~" before an entry makes it a regex, "~*" one without regard to case; others match the whole value without regard to case.',
    }),
    referers: entriesSetting('block-referers', {
      default: undefined,
      onProblem: 'deny',
      scope: 'config-map',
      differs: linearRegexes,
      doc: 'Referer values that get 403, written like block-user-agents.',
    }),
  },
  isActive: ({ addresses, userAgents, referers }) =>
    addresses !== undefined || userAgents !== undefined || referers !== undefined,
  answersWhenDenied: true,
  createLive: () => new WeakMap<readonly BlockEntry[], BlockMatcher>(),
  answer({ addresses, userAgents, referers }, request, matchers) {
    if (addresses !== undefined && containsAddress(addresses, request.clientAddress)) return refused
    // nginx takes an absent field for an empty one.
    if (userAgents !== undefined && isListed(userAgents, request.header('user-agent') ?? '', matchers))
      return refused
    if (referers !== undefined && isListed(referers, request.header('referer') ?? '', matchers))
      return refused
    return undefined
  },
})

const refused: Answer = { status: 403, fields: [], reason: 'this request is blocked', cause: 'block' }

/** A list ready to be asked. */
export interface BlockMatcher {
  /** Lower case. */
  readonly texts: ReadonlySet<string>
  readonly regexes: readonly LinearRegex[]
}

/** Compiled when a list is met first; gone with it. */
function isListed(
  entries: readonly BlockEntry[],
  value: string,
  matchers: WeakMap<readonly BlockEntry[], BlockMatcher>,
): boolean {
  let matcher = matchers.get(entries)
  if (matcher === undefined) {
    matcher = matcherOf(entries)
    matchers.set(entries, matcher)
  }
  return matcher.texts.has(value.toLowerCase()) || matcher.regexes.some(regex => regex.test(value))
}

function matcherOf(entries: readonly BlockEntry[]): BlockMatcher {
  const texts = new Set<string>()
  const regexes: LinearRegex[] = []
  for (const entry of entries) {
    if ('text' in entry) {
      texts.add(entry.text)
      continue
    }
    const compiled = compileLinearRegex(entry.pattern, { ignoreCase: entry.ignoreCase })
    if ('problem' in compiled) throw new Error(`a pattern was not checked before: ${entry.pattern}`)
    regexes.push(compiled.regex)
  }
  return { texts, regexes }
}

/** Most entries of one list: each regex costs every request its time. */
const maxEntries = 1_000

function entriesSetting(
  name: string,
  text: SettingText<readonly BlockEntry[] | undefined>,
): Setting<readonly BlockEntry[] | undefined> {
  return nginxSetting<readonly BlockEntry[] | undefined>(
    name,
    'list of values and regexes',
    text,
    written => {
      const items = written.split(',').map(item => unquote(item.trim()))
      if (items.length > maxEntries) return { problem: `it lists more than ${maxEntries} entries` }
      const entries: BlockEntry[] = []
      for (const item of items) {
        const entry = parseEntry(item)
        if ('problem' in entry) return { problem: `${quote(item ?? '')} ${entry.problem}` }
        entries.push(entry)
      }
      return { value: entries }
    },
  )
}

/** Quotes are how nginx's own configuration takes an entry with spaces, or an empty one. */
function unquote(item: string): string | undefined {
  const quoted = /^"([^"]*)"$|^'([^']*)'$/.exec(item)
  if (quoted !== null) return quoted[1] ?? quoted[2]
  return item === '' ? undefined : item
}

function parseEntry(item: string | undefined): BlockEntry | { readonly problem: string } {
  if (item === undefined) return { problem: 'is empty; write "" in quotes for an absent field' }
  if (!item.startsWith('~')) return { text: item.toLowerCase() }
  const ignoreCase = item.startsWith('~*')
  const pattern = item.slice(ignoreCase ? 2 : 1)
  const compiled = compileLinearRegex(pattern, { ignoreCase })
  return 'problem' in compiled ? { problem: compiled.problem } : { pattern, ignoreCase }
}
