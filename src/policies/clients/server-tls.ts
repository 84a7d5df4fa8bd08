// How clients are spoken to over TLS: versions, ciphers, resumption. Handshakes follow it; nothing here runs per request.
import { definePolicy } from '../define-policy.ts'
import { booleanSetting, nginxSetting, quote, type SettingText } from '../setting-types.ts'
import { parseCiphers, parseVersions, type TlsVersionRange } from '../values/tls-values.ts'

/** ingress-nginx's `ssl-*` keys that say how handshakes go. */
export const serverTls = definePolicy('serverTls', {
  doc: 'How clients are spoken to over TLS. Of the annotations the oldest Ingress of a host decides for the whole host.',
  settings: {
    ciphers: nginxSetting<string | undefined>(
      'ssl-ciphers',
      'OpenSSL cipher list',
      {
        scope: 'both',
        default: undefined,
        doc: 'Ciphers of TLS 1.2 that clients may choose, as OpenSSL writes them; those of TLS 1.3 are fixed.',
        differs:
          "Without it the list is Node's, not ingress-nginx's; both offer only ciphers with forward secrecy and authenticated encryption first.",
      },
      parseCiphers,
    ),
    prefersServerCiphers: booleanSetting('ssl-prefer-server-ciphers', {
      default: true,
      doc: "Whether the order of our ciphers counts rather than that of the client's.",
    }),
    versions: nginxSetting<TlsVersionRange>(
      'ssl-protocols',
      'list',
      {
        scope: 'config-map',
        default: { min: 'TLSv1.2', max: 'TLSv1.3' },
        doc: 'Versions of TLS spoken to clients, separated by blanks; all from the lowest to the highest of them.',
        differs:
          'SSLv2 and SSLv3 are refused. TLSv1 and TLSv1.1 need ciphers at security level 0 too: `ssl-ciphers: "DEFAULT:@SECLEVEL=0"`.',
      },
      parseVersions,
    ),
    resumesByCache: booleanSetting('ssl-session-cache', {
      scope: 'config-map',
      default: true,
      doc: 'Whether clients may resume sessions. With this and ssl-session-tickets both "false" they may not. Hosts that ask for client certificates never resume.',
      differs:
        'Sessions are resumed by tickets that a key of this process encrypts; there is no cache. The key is another one every 12 hours, and when the certificate of a Secret is replaced: clients then do a full handshake.',
    }),
    resumesByTickets: booleanSetting('ssl-session-tickets', {
      scope: 'config-map',
      default: false,
      doc: 'Allows resumption where ssl-session-cache is "false".',
      differs: 'Tickets are used for ssl-session-cache too.',
    }),
    sessionTimeoutMs: timeSetting('ssl-session-timeout', {
      scope: 'config-map',
      default: 600_000,
      doc: 'How long a session can be resumed, in seconds or as `10m`, `1h`.',
    }),
    refusesUnknownHosts: booleanSetting('ssl-reject-handshake', {
      scope: 'config-map',
      default: false,
      doc: 'Refuses handshakes for hosts that no rule names, with the alert unrecognized_name; also of clients that name none.',
    }),
  },
  hostWide: true,
  check(settings, written, report) {
    const { ciphers, versions } = settings
    const isOld = versions.min === 'TLSv1' || versions.min === 'TLSv1.1'
    if (written.has('versions') && isOld && !ciphers?.includes('@SECLEVEL=0')) {
      const problem = `names ${versions.min}, which OpenSSL refuses at its security level; versions before TLSv1.2 are not spoken`
      report('versions', `${problem}; write ssl-ciphers: "DEFAULT:@SECLEVEL=0" beside it`)
    }
    return settings
  },
})

/** What is in force of it. */
export type ServerTls = typeof serverTls.defaults

const unitMs: Readonly<Record<string, number>> = { '': 1000, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** A time as nginx writes it: `90`, `10m`, `1h`; the value is in milliseconds, a day at most. */
function timeSetting(name: string, text: SettingText<number>) {
  return nginxSetting<number>(name, 'seconds', text, written => {
    const match = /^(\d{1,6})([smhd]?)$/.exec(written)
    const ms = match === null ? Number.NaN : Number(match[1]) * unitMs[match[2]!]!
    return ms >= 1000 && ms <= unitMs.d!
      ? { value: ms }
      : { problem: `${quote(written)} is not a time between 1s and 1d` }
  })
}
