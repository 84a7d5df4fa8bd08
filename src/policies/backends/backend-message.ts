// Hot path: runs for requests of routes that say how their backend wants to be spoken to.
// The HTTP version of requests to backends, and whether their connections are kept. Only says so: the proxy writes it.
import { definePolicy } from '../define-policy.ts'
import { anyCase, nginxSetting, quote } from '../setting-types.ts'

/** How requests to backends are put (ingress-nginx: `proxy-http-version`, `connection-proxy-header`). */
export const backendMessage = definePolicy('backendMessage', {
  doc: 'The HTTP version of requests to the backend, and what becomes of the connection.',
  settings: {
    httpVersion: nginxSetting<'1.0' | '1.1'>(
      'proxy-http-version',
      '1.0 or 1.1',
      {
        default: '1.1',
        choices: ['1.1', '1.0'],
        scope: 'both',
        doc:
          'HTTP version of requests to the backend. With 1.0 each request has a connection of its own, protocols are not switched, and a ' +
          'body of unknown length is read whole before it is sent on with its length.',
      },
      text =>
        text === '1.0' || text === '1.1'
          ? { value: text }
          : { problem: `${quote(text)} is neither "1.0" nor "1.1"` },
    ),
    connection: nginxSetting<'close' | 'keep-alive' | undefined>(
      'connection-proxy-header',
      'close or keep-alive',
      {
        default: undefined,
        choices: ['close', 'keep-alive'],
        pattern: anyCase('close', 'keep-alive'),
        doc: 'close asks the backend to close the connection after each response; keep-alive lets it be used again, as it is without this.',
        differs:
          'keep-alive adds no Connection field, because HTTP/1.1 connections are kept without one, and requests to switch protocols keep ' +
          'theirs. Other values are refused.',
      },
      text => {
        const word = text.toLowerCase()
        return word === 'close' || word === 'keep-alive'
          ? { value: word }
          : { problem: `${quote(text)} is neither "close" nor "keep-alive"` }
      },
    ),
  },
  isActive: ({ httpVersion, connection }) => httpVersion === '1.0' || connection === 'close',
  requestFields({ httpVersion, connection }, _request, edit) {
    if (httpVersion === '1.0') edit.minorVersion = 0
    if (httpVersion === '1.0' || connection === 'close') edit.closesConnection = true
  },
})
