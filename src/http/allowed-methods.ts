// The Allow field of answers that refuse a method (RFC 9110 §10.2.1).

/** Methods that are forwarded; others Portico has never heard of are forwarded too and need no mention. */
export const allowedMethods = 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS'
