//! Avatars: a small picture made from the account's uuid, as a PNG without compression.

use crate::fake_plex::call::Call;
use crate::fake_plex::refusal::Refusal;
use crate::fake_plex::reply::{Body, Reply};

/// Pixels on each side; a multiple of the 8 cells.
const SIDE: usize = 96;

/// GET /users/{}/avatar: needs no token, like the real one.
pub fn avatar(call: &mut Call) -> Result<Reply, Refusal> {
    let uuid = call.text(0);
    if !call.world.accounts.values().any(|a| a.uuid == uuid) {
        return Err(Refusal::Unrouted);
    }
    Ok(Reply::new(200, Body::Png(identicon(&uuid))).with_header("cache-control", "max-age=86400"))
}

/// A mirrored pattern of 8 by 8 cells in two colours.
pub(super) fn identicon(seed: &str) -> Vec<u8> {
    let bits = crc32(seed.as_bytes());
    let [red, green, blue, _] = crc32(seed.to_uppercase().as_bytes()).to_be_bytes();
    let front = [red / 2 + 96, green / 2 + 96, blue / 2 + 96];
    let back = [red / 6 + 16, green / 6 + 16, blue / 6 + 24];
    let mut rows = Vec::with_capacity(SIDE * (SIDE + 1));
    for y in 0..SIDE {
        rows.push(0);
        for x in 0..SIDE {
            let (cell_x, cell_y) = (x * 8 / SIDE, y * 8 / SIDE);
            let mirrored = cell_x.min(7 - cell_x);
            let inside = (1..7).contains(&cell_x) && (1..7).contains(&cell_y);
            let lit = inside && bits.rotate_left((cell_y * 4 + mirrored) as u32) & 1 == 1;
            rows.push(u8::from(lit));
        }
    }
    png(&rows, &[back, front])
}

fn png(rows: &[u8], palette: &[[u8; 3]]) -> Vec<u8> {
    let side = (SIDE as u32).to_be_bytes();
    let header = [&side[..], &side[..], &[8, 3, 0, 0, 0]].concat();
    let mut out = b"\x89PNG\r\n\x1a\n".to_vec();
    chunk(&mut out, b"IHDR", &header);
    chunk(&mut out, b"PLTE", &palette.concat());
    chunk(&mut out, b"IDAT", &stored(rows));
    chunk(&mut out, b"IEND", &[]);
    out
}

fn chunk(out: &mut Vec<u8>, kind: &[u8; 4], data: &[u8]) {
    out.extend((data.len() as u32).to_be_bytes());
    let body = [kind.as_slice(), data].concat();
    out.extend(&body);
    out.extend(crc32(&body).to_be_bytes());
}

/// A zlib stream of stored blocks.
fn stored(data: &[u8]) -> Vec<u8> {
    let mut out = vec![0x78, 0x01];
    let mut blocks = data.chunks(65_535).peekable();
    while let Some(block) = blocks.next() {
        out.push(u8::from(blocks.peek().is_none()));
        let length = block.len() as u16;
        out.extend(length.to_le_bytes());
        out.extend((!length).to_le_bytes());
        out.extend(block);
    }
    let (mut a, mut b) = (1_u32, 0_u32);
    for byte in data {
        a = (a + u32::from(*byte)) % 65_521;
        b = (b + a) % 65_521;
    }
    out.extend((b << 16 | a).to_be_bytes());
    out
}

fn crc32(data: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in data {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = (crc >> 1) ^ (0xEDB8_8320 & 0_u32.wrapping_sub(crc & 1));
        }
    }
    !crc
}
