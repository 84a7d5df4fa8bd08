import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createLocalCa } from './local-ca.ts'
import { localDomains } from './name-constraints.ts'
import { forgetTrusted, keepTrusted, planTrusted } from './trusted-certificate.ts'

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'portico-trusted-'))
})
afterEach(() => rm(directory, { recursive: true }))

const local = localDomains.toSorted()

it('permits what was asked for before too, and stays the same when that is enough', async () => {
  const ca = await createLocalCa(directory)
  await keepTrusted(await planTrusted(ca, directory, ['a.foo.com']))
  const second = await planTrusted(ca, directory, ['z.foo.com'])
  expect(second.domains).toEqual(['a.foo.com', ...local, 'z.foo.com'])
  await keepTrusted(second)
  expect(await planTrusted(ca, directory, ['b.a.foo.com'])).toEqual(second)
})

it('is not written by planning, and starts anew when it was forgotten or the authority is another one', async () => {
  const ca = await createLocalCa(directory)
  await planTrusted(ca, directory, ['a.foo.com'])
  expect((await planTrusted(ca, directory, [])).domains).toEqual(local)
  await keepTrusted(await planTrusted(ca, directory, ['a.foo.com']))
  await rm(join(directory, 'portico-ca.pem'))
  expect((await planTrusted(await createLocalCa(directory), directory, [])).domains).toEqual(local)
  await forgetTrusted(directory)
  expect((await planTrusted(ca, directory, [])).domains).toEqual(local)
})
