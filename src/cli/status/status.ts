// `portico status`: asks a running instance how it is.
import type { Overview } from '../../admin/api/types.ts'
import { readToken } from '../admin-access.ts'
import { type AdminAddress, askAdmin } from '../ask-admin.ts'
import { createPaint } from '../paint.ts'
import { isWell, renderStatus } from './render-status.ts'

/** Values of its flags. */
export interface StatusFlags {
  readonly admin: Exclude<AdminAddress, true> | undefined
  readonly adminTokenFile: string | undefined
  readonly output: 'text' | 'json'
}

/** Prints it; gives 1 when it is not ready or its manifests have errors, else 0. Rejects with `UsageError` where nobody answers. */
export async function status(flags: StatusFlags): Promise<number> {
  const token = readToken(flags.adminTokenFile)
  const overview = (await askAdmin('overview', new URLSearchParams(), flags.admin ?? true, token)) as Overview
  const text =
    flags.output === 'json'
      ? JSON.stringify(overview, null, 2)
      : renderStatus(overview, createPaint(process.stdout)).join('\n')
  process.stdout.write(`${text}\n`)
  return isWell(overview) ? 0 : 1
}
