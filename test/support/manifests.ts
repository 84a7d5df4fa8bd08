// Manifests for tests: temporary directories that vanish with the test, and texts of small objects.
import { mkdtempSync, rmSync } from 'node:fs'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'

/** A directory of manifests that a test may change as it likes. Removed when the test is over. */
export interface ManifestDirectory {
  readonly path: string
  /** Absolute path of a file in it. */
  file(name: string): string
  /** Writes a file in place; directories are made as needed. */
  write(name: string, text: string): Promise<void>
  /** Writes a file beside and renames it into place, as editors do. */
  replace(name: string, text: string): Promise<void>
  remove(name: string): Promise<void>
}

/** Makes a temporary directory holding these files: name → text. */
export async function manifestDirectory(files: Record<string, string> = {}): Promise<ManifestDirectory> {
  const path = mkdtempSync(join(tmpdir(), 'portico-manifests-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  const file = (name: string) => join(path, name)
  const write = async (name: string, text: string) => {
    await mkdir(dirname(file(name)), { recursive: true })
    await writeFile(file(name), text)
  }
  const replace = async (name: string, text: string) => {
    await writeFile(file('.being-written'), text)
    await rename(file('.being-written'), file(name))
  }
  for (const [name, text] of Object.entries(files)) await write(name, text)
  return { path, file, write, replace, remove: name => rm(file(name)) }
}

/** An Ingress in namespace `default`: one host, one Prefix path `/`, one Service of the Ingress's own name at port 80. */
export function ingressManifest(name: string, host = `${name}.example.com`): string {
  return `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: ${name}
spec:
  rules:
    - host: ${host}
      http:
        paths:
          - path: /
            pathType: Prefix
            backend:
              service:
                name: ${name}
                port:
                  number: 80
`
}
