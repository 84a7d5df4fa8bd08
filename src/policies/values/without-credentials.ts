// Texts of manifests on their way to people.

/** Text without user and password of the URLs in it: `http://***@host`. */
export function withoutCredentials(text: string): string {
  return text.replace(/\/\/[^/?#@\s]*@/g, '//***@')
}
