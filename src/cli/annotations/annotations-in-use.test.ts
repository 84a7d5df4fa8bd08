import { expect, it } from 'vitest'
import { documents, ingressText, serviceText } from '../../../test/support/manifest-text.ts'
import { nginx } from '../../../test/support/nginx-annotations.ts'
import { readManifest } from '../../../test/support/read-manifest.ts'
import { renderUses } from './annotations-in-use.ts'

const rules = { 'a.com': ['Prefix / web:80'] }
const { resources } = readManifest(
  documents(
    ingressText({
      name: 'a',
      rules,
      annotations: { ...nginx({ 'rewrite-target': '/', 'enable-rumours': 'yes' }), 'example.com/x': 'y' },
    }),
    ingressText({
      name: 'b',
      rules,
      annotations: nginx({ 'rewrite-target': '/x', 'server-snippet': 'deny all;' }),
    }),
    serviceText('web', { endpoints: ['127.0.0.1:3000'] }),
  ),
)

it('lists the annotations in use, where they stand and what becomes of them', () => {
  const text = renderUses(resources, undefined, { output: 'text', status: undefined })
  expect(text.split('\n')[0]).toMatch(/^ANNOTATION +STATUS +OBJECTS +WHERE$/)
  expect(text).toMatch(/^rewrite-target +approximated +2 +test.yaml:7:\d+ \+ 1 more\.\.\.$/m)
  expect(text).toMatch(/^enable-rumours +unknown +1 +test.yaml:\d+:\d+$/m)
  expect(text).toMatch(/^portico\/endpoints +implemented +1 /m)
  expect(text).not.toContain('example.com')
})

it('lists those of one status, or one of them with all its places', () => {
  const refused = JSON.parse(renderUses(resources, undefined, { output: 'json', status: 'refused' }))
  expect(refused).toMatchObject([{ name: 'nginx.ingress.kubernetes.io/server-snippet', count: 1 }])
  const wide = renderUses(resources, 'rewrite-target', { output: 'wide', status: undefined })
  expect(wide).toMatch(/^rewrite-target .* test.yaml:7:\d+,test.yaml:\d+:\d+$/m)
})
