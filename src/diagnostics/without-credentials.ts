// Texts of manifests on their way to people: what they say, but for user and password of URLs.

/**
 * What stands between `//` and `@` in a URL. A password may have slashes that should have been escaped, so a slash ends the search
 * only where what is before it can be host and port. Bounded, because whoever writes manifests chooses the text.
 */
const credentials = /(?<=\/\/)(?:[^/?#@\s]*|[^/?#@\s:[]*:(?!\d*[/?#])[^@\s]{0,200})(?=@)/g

/** Text without user and password of the URLs in it: `http://***@host`. */
export function withoutCredentials(text: string): string {
  return text.replace(credentials, '***')
}

/** The same in text whose columns count: a star for each unit that is left out. */
export function withCredentialsStarred(text: string): string {
  return text.replace(credentials, found => '*'.repeat(found.length))
}
