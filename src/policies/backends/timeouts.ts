// How long one attempt against an endpoint may take. Only values: the proxy's timers obey them.
import { definePolicy } from '../define-policy.ts'
import { secondsSetting } from '../setting-types.ts'

/** Timeouts towards the backend, in milliseconds (ingress-nginx: `proxy-*-timeout`). */
export const timeouts = definePolicy('timeouts', {
  doc: 'How long one attempt against a backend may take.',
  settings: {
    connectMs: secondsSetting('proxy-connect-timeout', {
      default: 5_000,
      scope: 'both',
      doc: 'Time allowed to open a connection to an endpoint; then another endpoint is tried, and 504 if none answers.',
    }),
    sendMs: secondsSetting('proxy-send-timeout', {
      default: 60_000,
      scope: 'both',
      doc: 'Time allowed between two writes of the request to the backend.',
    }),
    readMs: secondsSetting('proxy-read-timeout', {
      default: 60_000,
      scope: 'both',
      doc: 'Time allowed between two reads of the response; 504 before its head. Also the idle time of a WebSocket.',
    }),
  },
})
