// A rule's path in the form that requests are matched in. Runs when an index is built, never for a request.
import { compileLinearRegex, type LinearRegex } from '../policies/values/linear-regex.ts'
import { normalizePath } from './normalize-path.ts'

/** An Exact or Prefix path as `normalizePath` gives request paths; one that can not be normalised stays as it is. */
export function rulePathText(path: string): string {
  const bytes = utf8AsLatin1(path)
  return normalizePath(bytes) ?? bytes
}

/**
 * A regex path: case-insensitive and anchored at its start only, as in ingress-nginx. Patterns are cut off at nothing:
 * what does not compile comes back as a problem, a clause about the pattern.
 */
export function compilePathRegex(
  path: string,
): { readonly regex: LinearRegex } | { readonly problem: string } {
  const pattern = utf8AsLatin1(path)
  // On its own first: `a)|(b` would close the group that anchors it.
  const alone = compileLinearRegex(pattern, { ignoreCase: true })
  return 'problem' in alone ? alone : compileLinearRegex(`^(?:${pattern})`, { ignoreCase: true })
}

/** Requests come as bytes; YAML comes as Unicode. */
function utf8AsLatin1(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1')
}
