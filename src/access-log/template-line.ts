// Hot path while there is an access log of a format of the user's: a list of pieces, put together for each request.
import { type LogEscaping, type LogFormat, parseLogFormat } from '../policies/observability/log-format.ts'
import { escapeControls, escapeJson, escapeNginx } from './escape.ts'
import type { RenderLine } from './line-context.ts'
import { type ReadLogValue, readerOf } from './log-variables.ts'

/** Makes lines of a format. Where a value is missing there is a dash, or nothing with the escapes `json` and `none`, as in nginx. */
export function createTemplateLines({ parts }: Pick<LogFormat, 'parts'>, escaping: LogEscaping): RenderLine {
  const escapeValue = escapes[escaping]
  const absent = escaping === 'default' ? '-' : ''
  const pieces = parts.map((part): string | ReadLogValue =>
    typeof part === 'string' ? part : readerOf(part),
  )
  return (record, context, request) => {
    let line = ''
    for (const piece of pieces) {
      if (typeof piece === 'string') line += piece
      else {
        const value = piece(record, context, request)
        line += value === undefined ? absent : escapeValue(value)
      }
    }
    return line
  }
}

const escapes = { default: escapeNginx, json: escapeJson, none: escapeControls } as const

/** Whether it has variables for the fields that clients are sent. */
export function asksForSentFields({ parts }: LogFormat): boolean {
  return parts.some(part => typeof part !== 'string' && part.name === 'sent_http_')
}

/** A format that is known to be well written. */
export function knownFormat(text: string): LogFormat {
  const parsed = parseLogFormat(text)
  if ('problem' in parsed) throw new Error(parsed.problem)
  return parsed.value
}
