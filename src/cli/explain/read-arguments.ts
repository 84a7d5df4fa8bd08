// The arguments of `portico explain`: a method, if there is one, a URL, and paths; and whom `--live` means by the word behind it.
import { existsSync } from 'node:fs'
import type { AdminAddress } from '../ask-admin.ts'
import { readLiveAddress } from '../flag-values.ts'
import { UsageError } from '../usage-error.ts'

/** What the arguments mean. */
export interface ExplainArguments {
  readonly method: string
  readonly url: string
  /** As given. */
  readonly paths: readonly string[]
  /** Whom to ask; `undefined`: the manifests. */
  readonly live: AdminAddress | undefined
}

/** `[METHOD] URL [PATH…]`, beside `--live [HOST:PORT]` as written. Throws `UsageError` without a URL. */
export function readExplainArguments(
  words: readonly string[],
  live: string | true | undefined,
): ExplainArguments {
  if (typeof live !== 'string') return { ...readWords(words), live: checkedLive(words, live) }
  const all = withWordOf(live, words)
  if (all !== undefined) return { ...readWords(all), live: checkedLive(all, true) }
  const address = readLiveAddress(live)
  if (address === undefined) throw new UsageError(`--live takes an admin port, 127.0.0.1:10254, not ${live}`)
  return { ...readWords(words), live: checkedLive(words, address) }
}

function checkedLive(words: readonly string[], live: AdminAddress | undefined): AdminAddress | undefined {
  if (live === undefined || readWords(words).paths.length === 0) return live
  throw new UsageError('with --live the running instance is asked, and no manifests are read: leave them out')
}

/** With the word behind `--live`, where the question lacks it: `--live http://a.test/`; `undefined` where it does not. */
function withWordOf(live: string, words: readonly string[]): readonly string[] | undefined {
  const [first] = words
  if (isMethod(live, first) && words.length === 1) return [live, ...words]
  const lacksUrl = first === undefined || (words.length === 1 && usualMethods.includes(first))
  // Without a scheme, it is more like an address.
  if (!lacksUrl || (!live.includes('://') && readLiveAddress(live) !== undefined)) return undefined
  return [...words, live]
}

function readWords(words: readonly string[]): Omit<ExplainArguments, 'live'> {
  const [first, second, ...rest] = words
  if (first === undefined) throw new UsageError(usage)
  if (isMethod(first, second)) {
    if (second === undefined) throw new UsageError(`a URL is missing after ${first}; ${usage}`)
    return { method: first, url: second, paths: rest }
  }
  if (first.startsWith('/') && !first.startsWith('//'))
    throw new UsageError(`${first} is a path without a host; write it as http://HOST${first}`)
  return { method: 'GET', url: first, paths: words.slice(1) }
}

const usage =
  'name a URL: portico explain http://shop.example.com/cart ./k8s; a method may stand before it, manifests behind'

/** Words that nobody takes for hosts. */
const usualMethods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT']

/** A usual one; a word of capitals before something that is no path of this machine; any word before `http://`. */
function isMethod(first: string, second: string | undefined): boolean {
  if (usualMethods.includes(first)) return true
  if (second === undefined) return false
  if (/^[A-Za-z-]+$/.test(first) && /^https?:\/\//i.test(second)) return true
  return /^[A-Z][A-Z-]*$/.test(first) && second !== '-' && !existsSync(second)
}
