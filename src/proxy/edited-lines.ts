// Hot path: runs for every response.
// The field lines of a response after everybody who may change them has.
import { editResponse } from '../policies/ask.ts'
import type { RequestState } from './request-state.ts'
import { ResponseEdits } from './response-edits.ts'

/** `lines` as they are where nobody wants them changed. `isOwn`: Portico made the response. */
export function editedLines(request: RequestState, status: number, isOwn: boolean, lines: string): string {
  const { handling, admissions } = request
  if (handling.moments.editingResponses.length === 0 && admissions === undefined) return lines
  const edits = new ResponseEdits(status, isOwn, lines)
  editResponse(handling, request, edits)
  for (const admitted of admissions?.all ?? []) admitted.responseFields?.(edits)
  return edits.lines
}
