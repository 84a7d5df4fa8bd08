// `/api/openapi.json`: the description of the API, as it stands in docs/.
import { readFile } from 'node:fs/promises'

/** The same three levels up from `src/admin/api` and from `dist/admin/api`. */
const file = new URL('../../../docs/openapi.json', import.meta.url)

/** The OpenAPI document. */
export async function openApiDocument(): Promise<unknown> {
  return JSON.parse(await readFile(file, 'utf8'))
}
