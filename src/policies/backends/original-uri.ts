// Hot path: runs for requests where the ConfigMap asks for it.
// X-Original-URI: the target a client asked for, before rewriting.
import { definePolicy } from '../define-policy.ts'
import { booleanSetting } from '../setting-types.ts'

/** Tells backends the URI as the client sent it (ingress-nginx's ConfigMap: `proxy-add-original-uri-header`). */
export const originalUri = definePolicy('originalUri', {
  doc: 'Tells backends the URI as the client sent it.',
  settings: {
    enabled: booleanSetting('proxy-add-original-uri-header', {
      default: false,
      scope: 'config-map',
      doc: "Sends X-Original-URI, the client's path and query before any rewriting, to backends.",
    }),
  },
  isActive: ({ enabled }) => enabled,
  requestFields(_settings, request, edit) {
    edit.set('X-Original-URI', request.target)
  },
})
