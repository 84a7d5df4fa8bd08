// A host name for somebody to try a rule with.

/** A name that a rule's host stands for: itself, or one under its wildcard. */
export function sampleHost(host: string): string {
  return host.replace(/^\*/, 'any')
}
