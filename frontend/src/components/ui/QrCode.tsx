import { encode } from 'uqr'

// Readers want a quiet border of four modules.
const BORDER = 4

/** A text as a QR code: always dark on light, which is what cameras expect. */
export default function QrCode({ value, label }: { value: string; label: string }) {
  const { data, size } = encode(value, { border: BORDER, ecc: 'M' })
  const path = data
    .flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : '')))
    .join('')
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${size} ${size}`}
      shapeRendering="crispEdges"
      className="qr mx-auto w-full max-w-64 rounded-tile"
    >
      <path d={path} fill="currentColor" />
    </svg>
  )
}
