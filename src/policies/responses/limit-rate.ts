// How fast the body of a response may go to its client. Only values: the proxy keeps the pace.
import { definePolicy } from '../define-policy.ts'
import { nginxSetting, quote, type SettingText } from '../setting-types.ts'

/** Bandwidth of each response (ingress-nginx: `limit-rate`, `limit-rate-after`). */
export const limitRate = definePolicy('limitRate', {
  doc: 'How fast the body of a response is sent.',
  settings: {
    bytesPerSecond: kilobytesSetting('limit-rate', {
      default: 0,
      scope: 'both',
      doc:
        'Kilobytes (1024 bytes) of body per second that one response is sent at; a client with two requests gets twice as much. 0 sets no ' +
        'limit. Connections that switched protocols (WebSocket) are not slowed down.',
      differs: 'Works without proxy-buffering; only bytes of the body count.',
    }),
    freeBytes: kilobytesSetting('limit-rate-after', {
      default: 0,
      scope: 'both',
      doc: 'So many kilobytes of each response are sent at full speed before limit-rate applies.',
    }),
  },
  needs: { freeBytes: ['bytesPerSecond'] },
  isActive: ({ bytesPerSecond }) => bytesPerSecond > 0,
  inWords: ({ bytesPerSecond, freeBytes }) => {
    const after = freeBytes === 0 ? '' : `, the first ${freeBytes / 1024} KB at full speed`
    return `sends the body at ${bytesPerSecond / 1024} KB/s${after}`
  },
  filtersResponses: true,
})

/** A whole number of kilobytes, at most a terabyte; the value is in bytes. */
function kilobytesSetting(name: string, text: SettingText<number>) {
  return nginxSetting<number>(name, 'KB', { ...text, pattern: '^\\+?\\d{1,9}$' }, written =>
    /^\+?\d{1,9}$/.test(written)
      ? { value: Number(written) * 1024 }
      : {
          problem: `${quote(written)} is not a whole number of kilobytes; write one like "100", without a unit`,
        },
  )
}
