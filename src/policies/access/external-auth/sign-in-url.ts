// Where a client without a session is sent: ingress-nginx's `auth-signin`, completed by the URL the client wanted.
import { parseVariables, type VariableText } from '../../values/variables.ts'

/** The URL the client came for, as ingress-nginx writes it into the sign-in URL. */
const cameFor = '$pass_access_scheme://$http_host$escaped_request_uri'

/**
 * `url` with the parameter `name` that says where to come back to; `url` itself when it says so already. Both are checked
 * before; `url` is made of characters of URLs and variables.
 */
export function completeSignIn(url: VariableText, name: string): VariableText {
  const { text } = url
  const mark = text.indexOf('?')
  const query = mark === -1 ? '' : text.slice(mark + 1)
  if (query.split('&').some(pair => pair.startsWith(`${name}=`) && pair.length > name.length + 1)) return url
  const joint = mark === -1 ? '?' : query === '' || query.endsWith('&') ? '' : '&'
  const completed = parseVariables(`${text}${joint}${name}=${cameFor}`)
  return 'problem' in completed ? url : completed.value
}
