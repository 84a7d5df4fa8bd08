// Whether the body of a request is read whole before a backend is asked. Only values: the proxy reads and keeps it.
import { definePolicy } from '../define-policy.ts'
import { nginxSetting, onOrOff, quote, sizeSetting } from '../setting-types.ts'

/** Memory for the body of one request at most, whatever is written; the rest goes to a file. */
const maxMemoryBytes = 1024 ** 2

/** Buffering of requests (ingress-nginx: `proxy-request-buffering`, `client-body-buffer-size`). */
export const requestBuffering = definePolicy('requestBuffering', {
  doc: 'Whether the body of a request is read whole before a backend is asked.',
  settings: {
    isOn: nginxSetting<boolean>(
      'proxy-request-buffering',
      'on or off',
      {
        default: false,
        choices: onOrOff,
        scope: 'both',
        doc:
          'on reads the whole body before a backend is asked and sends it on with its length, so that slow uploads occupy no backend and ' +
          'all of it can be sent again elsewhere; trailer fields are left out then. off sends each piece on as it comes.',
        differs: 'Off unless on is written: bodies stream.',
      },
      text =>
        text === 'on' || text === 'off'
          ? { value: text === 'on' }
          : { problem: `${quote(text)} is neither "on" nor "off"` },
    ),
    memoryBytes: sizeSetting('client-body-buffer-size', {
      default: 64 * 1024,
      scope: 'both',
      doc: 'How much of a body that is read whole is kept in memory; what is larger goes to a temporary file that nobody else can open.',
      differs: 'Has no effect on bodies that stream. 64k unless written, and never more than 1m.',
    }),
  },
  check(settings, written, report) {
    if (!settings.isOn && written.has('memoryBytes'))
      report('memoryBytes', 'has no effect without proxy-request-buffering "on": bodies stream', 'note')
    return { ...settings, memoryBytes: Math.min(settings.memoryBytes, maxMemoryBytes) }
  },
})
