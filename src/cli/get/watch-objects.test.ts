import { expect, it } from 'vitest'
import { documents, serviceText } from '../../../test/support/manifest-text.ts'
import { readManifest } from '../../../test/support/read-manifest.ts'
import { readWanted } from '../objects/wanted-objects.ts'
import type { GetOptions } from './get-output.ts'
import { createObjectWatch } from './watch-objects.ts'

const options: GetOptions = {
  namespace: 'default',
  selector: undefined,
  takesPrefixes: false,
  output: 'text',
  showsLabels: false,
  showsHeaders: true,
  nowMs: 0,
}

function watch(output: GetOptions['output']): (...manifests: string[]) => string {
  const next = createObjectWatch(readWanted(['svc']), { ...options, output })
  return (...manifests) => next(readManifest(documents(...manifests)).resources, 0).stdout
}

it('shows everything first, then only what came, changed or went', () => {
  const next = watch('text')
  const web = serviceText('web')
  expect(next(web, serviceText('a-long-name'))).toBe(
    'NAME          TYPE        CLUSTER-IP   EXTERNAL-IP   PORT(S)   AGE\n' +
      'a-long-name   ClusterIP   <none>       <none>        80/TCP    <unknown>\n' +
      'web           ClusterIP   <none>       <none>        80/TCP    <unknown>\n',
  )
  expect(next(serviceText('a-long-name'), web)).toBe('')
  expect(next(web, serviceText('a-long-name', { ports: [{ port: 81 }] }))).toBe(
    'a-long-name   ClusterIP   <none>       <none>        81/TCP    <unknown>\n',
  )
  expect(next(web)).toMatch(/^a-long-name .* 81\/TCP/)
  expect(next(web, serviceText('new'))).toMatch(/^new /)
})

it('shows changed objects as documents, for programs that follow', () => {
  const next = watch('yaml')
  next(serviceText('web'))
  expect(next(serviceText('web', { ports: [{ port: 81 }] }))).toBe(
    '---\napiVersion: v1\nkind: Service\nmetadata:\n  name: web\n  namespace: default\nspec:\n  ports:\n  - port: 81\n',
  )
})
