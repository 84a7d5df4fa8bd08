// All request vectors, class by class.
import { bothFramings } from './both-framings.ts'
import { chunks } from './chunks.ts'
import { connection } from './connection.ts'
import { contentLength } from './content-length.ts'
import { fields } from './fields.ts'
import { hostField } from './host.ts'
import { requestLine } from './request-line.ts'
import { transferEncoding } from './transfer-encoding.ts'

export const requestVectors = [
  ...bothFramings,
  ...transferEncoding,
  ...contentLength,
  ...chunks,
  ...fields,
  ...requestLine,
  ...hostField,
  ...connection,
]
