// `check` and `run` say the same: whatever a running Portico says after any number of changes is what `check` says of the files
// as they then are. Files that break while they are served are left out, because those keep their last good objects.
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { compileOnce } from '../../src/cli/compile-once.ts'
import type { CompileOptions } from '../../src/compile/options.ts'
import { type Diagnostic, formatDiagnostic } from '../../src/diagnostics/diagnostic.ts'
import { byPosition } from '../../src/diagnostics/order.ts'
import { readDocument } from '../../src/resources/read-document.ts'
import { compileOptions } from '../support/compile.ts'
import { startProxy } from '../support/proxy.ts'
import { seededRandom } from '../support/seeded-random.ts'

const root = join(import.meta.dirname, '..', '..')

/** Every document of the examples, of the golden tests, and of the pages about findings: one of each mistake at least. */
const documents = [
  ...filesOf('manifests/**/*.yaml').flatMap(documentsIn),
  ...filesOf('test/golden/compile/*/*.yaml').flatMap(documentsIn),
  ...filesOf('docs/diagnostics/*.md').flatMap(page =>
    [...page.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].flatMap(([, text]) => documentsIn(text!)),
  ),
]
  // Half of them under names of their own: of two objects with one name only the first counts.
  .map((text, index) => (index % 2 === 0 ? text : text.replace(/^( {2}name: shop)$/m, `$1-${index}`)))
  .filter(text => readDocument({ file: '', text, startLine: 1 }).syntaxError === undefined)

function filesOf(pattern: string): string[] {
  return globSync(pattern, { cwd: root }).map(name => readFileSync(join(root, name), 'utf8'))
}

function documentsIn(text: string): string[] {
  return text.split(/^---.*\n/m).filter(part => part.trim() !== '')
}

const linesOf = (diagnostics: readonly Diagnostic[]) => byPosition(diagnostics).map(formatDiagnostic)

const settings: readonly (readonly [string, Partial<CompileOptions>])[] = [
  ['without flags', {}],
  [
    'with flags',
    {
      ingressClasses: ['nginx'],
      configMap: { namespace: 'default', name: 'ingress-nginx-controller' },
      defaultBackendService: { namespace: 'default', name: 'web' },
      defaultSslCertificate: { namespace: 'default', name: 'shop-tls' },
      endpointMaps: [
        { namespace: 'default', service: 'web', port: undefined, address: '127.0.0.1', endpointPort: 3000 },
      ],
    },
  ],
]

it.each(settings)('a running Portico says what check says, after any changes, %s', async (_, options) => {
  const random = seededRandom(7)
  const { app, manifests, changes } = await startProxy({
    files: {
      'broken.yaml': 'kind: Ingress\nmetadata: {name: "a\n',
      'template.yaml': 'kind: Ingress\n{{- a }}\n',
    },
    compile: options,
  })
  const seen = new Set<string>()
  for (let step = 0; step < 40; step++) {
    for (let change = random(3); change >= 0; change--) {
      const texts = Array.from({ length: random(25) }, () => documents[random(documents.length)]!)
      await manifests.replace(`${random(6)}.yaml`, texts.join('---\n'))
    }
    await app.rescan()
    const checked = await compileOnce([manifests.path], compileOptions(options))
    expect(linesOf(changes.at(-1)!.diagnostics), `step ${step}`).toEqual(linesOf(checked.diagnostics))
    for (const { code } of checked.diagnostics) seen.add(code)
  }
  expect(seen.size).toBeGreaterThan(35)
})
