// Hot path: runs for responses over TLS where the ConfigMap asks for it.
// Strict-Transport-Security: tells browsers to come over HTTPS only. Never without being asked: browsers remember it for a
// year, and for a developer's localhost that is poison.
import { definePolicy } from '../define-policy.ts'
import { booleanSetting, integerSetting } from '../setting-types.ts'

/** HSTS for all responses over TLS (ingress-nginx's ConfigMap: `hsts`, `hsts-max-age`, `hsts-include-subdomains`, `hsts-preload`). */
export const hsts = definePolicy('hsts', {
  doc: 'Sends Strict-Transport-Security with every response over TLS.',
  settings: {
    enabled: booleanSetting('hsts', {
      default: false,
      scope: 'config-map',
      doc: 'Sends Strict-Transport-Security with every response over TLS, in the place of one that the backend sends.',
      differs:
        'Off unless written: browsers remember the field for as long as it says, and for every port of a host, localhost too.',
    }),
    maxAgeSeconds: integerSetting('hsts-max-age', {
      default: 31_536_000,
      min: 0,
      max: 2 ** 31 - 1,
      scope: 'config-map',
      doc: 'Seconds for which browsers remember to come over HTTPS; 0 makes them forget.',
    }),
    includeSubdomains: booleanSetting('hsts-include-subdomains', {
      default: true,
      scope: 'config-map',
      doc: 'Whether that holds for all names below the host too.',
    }),
    preload: booleanSetting('hsts-preload', {
      default: false,
      scope: 'config-map',
      doc: "Whether the host may be put on browsers' preload lists.",
    }),
  },
  needs: { maxAgeSeconds: ['enabled'], includeSubdomains: ['enabled'], preload: ['enabled'] },
  isActive: ({ enabled }) => enabled,
  responseFields(settings, request, edit) {
    if (!request.secure) return
    const { maxAgeSeconds, includeSubdomains, preload } = settings
    const value = `max-age=${maxAgeSeconds}${includeSubdomains ? '; includeSubDomains' : ''}${preload ? '; preload' : ''}`
    edit.set('Strict-Transport-Security', value)
  },
})
