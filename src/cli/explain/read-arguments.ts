// The arguments of `portico explain`: a method, if there is one, a URL, and paths.
import { existsSync } from 'node:fs'
import { UsageError } from '../usage-error.ts'

/** What the arguments mean. */
export interface ExplainArguments {
  readonly method: string
  readonly url: string
  /** As given. */
  readonly paths: readonly string[]
}

/** `[METHOD] URL [PATH…]`. Throws `UsageError` without a URL. */
export function readExplainArguments(words: readonly string[]): ExplainArguments {
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
