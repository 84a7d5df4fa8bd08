// Annotations of ingress-nginx in tests, without writing the prefix each time.

/** `{ 'app-root': '/x' }` with full keys. */
export function nginx(annotations: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(annotations)
  return Object.fromEntries(entries.map(([name, value]) => [`nginx.ingress.kubernetes.io/${name}`, value]))
}
