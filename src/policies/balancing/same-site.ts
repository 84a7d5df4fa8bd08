// Browsers that do not understand `SameSite=None`: they refuse the cookie, or take it for `SameSite=Strict`.
// https://www.chromium.org/updates/same-site/incompatible-clients; the list is ingress-nginx's.

/** Chrome 51 to 66 and its relatives, by the first digit, but not Chrome 400 to 699, which will come one day. */
const oldChrome = /Chrome\/[456]\d?(?!\d)/

/** Whether a browser can be given `SameSite=None`. A request without a User-Agent is nobody's old browser. */
export function understandsSameSiteNone(userAgent: string): boolean {
  if (oldChrome.test(userAgent)) return false
  if (userAgent.includes('CPU iPhone OS 12') || userAgent.includes('iPad; CPU OS 12')) return false
  const isSafari = userAgent.includes('Safari') && !userAgent.includes('Chrome')
  return !(isSafari && userAgent.includes('Macintosh') && userAgent.includes('Intel Mac OS X 10_14'))
}
