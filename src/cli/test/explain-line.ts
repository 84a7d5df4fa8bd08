// The `portico explain` line for a case: what to run to see why.

import { shellLine } from '../../diagnostics/shell-line.ts'
import type { CaseRequest } from '../../expectations/expectation.ts'

/** For a POSIX shell. `manifestWords`: the paths and flags that the case was decided under. */
export function explainLine(request: CaseRequest, manifestWords: readonly string[]): string {
  const { method, url, headers, cookies, sni, clientIp } = request
  return shellLine([
    'portico',
    'explain',
    ...(method === 'GET' ? [] : [method]),
    url,
    ...headers.flatMap(([name, value]) => ['-H', `${name}: ${value}`]),
    ...cookies.flatMap(([name, value]) => ['--cookie', `${name}=${value}`]),
    ...(sni === undefined ? [] : ['--sni', sni]),
    ...(clientIp === undefined ? [] : ['--client-ip', clientIp]),
    ...manifestWords,
  ])
}
