// How an endpoint is called: in logs, explanations and series, and where somebody names one.

/** `10.0.0.1:80`, `app.local:80`, `[::1]:80`: as it stands in a URL. */
export function endpointName({ address, port }: { readonly address: string; readonly port: number }): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}
