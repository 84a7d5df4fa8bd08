import { expect, test } from 'vitest'
import { runInProcess } from '../../../test/support/run-in-process.ts'
import { ledgerStatuses } from '../../policies/ledger/ledger.ts'

test('counts the names of each status, and says so where there are none', async () => {
  for (const status of ledgerStatuses) {
    const { code, stdout, stderr } = await runInProcess(['annotations', '--status', status])
    expect(code).toBe(0)
    if (stdout === '') expect(stderr).toBe(`no annotation is ${status}\n`)
    else expect(stdout).toMatch(new RegExp(`^ +\\d+ ${status}: `, 'm'))
  }
})
