//! The floor: 4-byte length, payload, nothing else; whatever one read brought is answered by one
//! write. One socket per stream, no task per message, no copy.

use crate::child::load::run_streams;
use crate::child::meter::Meter;
use crate::workload::Load;
use bytes::{Buf, BufMut, BytesMut};
use std::time::Instant;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// Bytes that one read may bring.
const READ_BUFFER: usize = 256 * 1024;

pub(super) async fn serve(listener: TcpListener) -> anyhow::Result<()> {
    loop {
        let (socket, _) = listener.accept().await?;
        socket.set_nodelay(true)?;
        // A client that hangs up ends its own connection only.
        tokio::spawn(async move { echo(socket).await.ok() });
    }
}

async fn echo(mut socket: TcpStream) -> std::io::Result<()> {
    let mut buffer = BytesMut::with_capacity(READ_BUFFER);
    while fill(&mut socket, &mut buffer).await? {
        let (end, _) = whole_frames(&buffer);
        socket.write_all(&buffer[..end]).await?;
        buffer.advance(end);
    }
    Ok(())
}

pub(super) async fn load(load: &Load, meter: &Meter) -> anyhow::Result<()> {
    run_streams(load.streams, || {
        let (load, meter) = (load.clone(), meter.clone());
        async move { stream(load, meter).await }
    })
    .await
}

/// Keeps `load.window` messages in flight on a socket of its own.
async fn stream(load: Load, meter: Meter) -> anyhow::Result<()> {
    let mut socket = TcpStream::connect(&load.addr).await?;
    socket.set_nodelay(true)?;
    let frame = frame(load.size);
    let window = frame.repeat(load.window);
    let mut buffer = BytesMut::with_capacity(READ_BUFFER);
    let mut sent = Instant::now();
    socket.write_all(&window).await?;
    while fill(&mut socket, &mut buffer).await? {
        let (end, messages) = whole_frames(&buffer);
        buffer.advance(end);
        meter.count(messages as u64);
        if load.window == 1 && load.streams == 1 && messages == 1 {
            meter.latency(sent.elapsed());
            sent = Instant::now();
        }
        socket.write_all(&window[..messages * frame.len()]).await?;
    }
    anyhow::bail!("the server hung up")
}

/// Reads once; `false` at the end of the connection.
async fn fill(socket: &mut TcpStream, buffer: &mut BytesMut) -> std::io::Result<bool> {
    buffer.reserve(READ_BUFFER - buffer.len().min(READ_BUFFER / 2));
    Ok(socket.read_buf(buffer).await? > 0)
}

fn frame(size: usize) -> Vec<u8> {
    let mut frame = Vec::with_capacity(4 + size);
    frame.put_u32(size as u32);
    frame.resize(4 + size, 0);
    frame
}

/// Where the last complete frame ends, and how many there are.
fn whole_frames(buffer: &[u8]) -> (usize, usize) {
    let (mut end, mut frames) = (0, 0);
    while let Some(length) = buffer[end..].first_chunk() {
        let next = end + 4 + u32::from_be_bytes(*length) as usize;
        if next > buffer.len() {
            break;
        }
        (end, frames) = (next, frames + 1);
    }
    (end, frames)
}
