// What `<…>` stands for in the examples of docs/diagnostics/: certificates, keys and the like, made when they are asked for.
import type { CertifiedKey } from '../../src/certificates/sign.ts'
import { selfSigned } from './certificates.ts'

/** `<certificate for www.example.com>` and so on → a pair. */
const pairs: readonly (readonly [RegExp, (...names: string[]) => Promise<CertifiedKey>])[] = [
  [/^certificate for (\S+)$/, name => selfSigned(name!)],
]

/** A manifest with PEM in the place of its placeholders; `<its key>` is that of the certificate before. */
export async function fillPlaceholders(manifest: string): Promise<string> {
  let filled = ''
  let keyPem = ''
  for (const part of manifest.split(/(<[^<>\n]+>)/)) {
    if (!part.startsWith('<')) filled += part
    else if (part === '<its key>') filled += JSON.stringify(keyPem)
    else {
      const pair = await pairFor(part.slice(1, -1))
      keyPem = pair.keyPem
      filled += JSON.stringify(pair.certPem)
    }
  }
  return filled
}

async function pairFor(words: string): Promise<CertifiedKey> {
  for (const [pattern, make] of pairs) {
    const match = pattern.exec(words)
    if (match !== null) return make(...match.slice(1))
  }
  throw new Error(`nothing is known of <${words}>`)
}
