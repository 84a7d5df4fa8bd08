// Texts of manifests on their way to people: what they say, but for user and password of URLs and for query arguments that are
// known to be secret.
import { secretNames } from './secret-names.ts'

/**
 * What stands between `//` and `@` in a URL. A password may have slashes that should have been escaped, so a slash ends the search
 * only where what is before it can be host and port. Bounded, because whoever writes manifests chooses the text.
 */
const credentials = /(?<=\/\/)(?:[^/?#@\s]*|[^/?#@\s:[]*:(?!\d*[/?#])[^@\s]{0,200})(?=@)/g

/** The values of secret query arguments; what a variable stands for is no secret of the manifest. */
const secretArguments = new RegExp(
  `(?<=[?&](?:${secretNames.map(name => name.replace(/[-_]/g, '[-_]?')).join('|')})=)[^&#\\s"'$]+`,
  'gi',
)

/** Text without user, password and secret arguments of the URLs in it: `http://***@host/?token=***`. */
export function withoutCredentials(text: string): string {
  return text.replace(credentials, '***').replace(secretArguments, '***')
}

/** The same in text whose columns count: a star for each unit that is left out. */
export function withCredentialsStarred(text: string): string {
  const star = (found: string) => '*'.repeat(found.length)
  return text.replace(credentials, star).replace(secretArguments, star)
}
