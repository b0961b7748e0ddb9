/** @jsxImportSource preact */
// The public invite page: an entry of its own, small enough for a phone on a bad line.
import { render } from 'preact'
import './invite.css'

const root = document.getElementById('root')
if (root) render(<main />, root)
