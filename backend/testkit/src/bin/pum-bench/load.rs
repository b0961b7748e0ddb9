//! A client that costs next to nothing: the same request over and over on connections that stay open, answers
//! only counted. Anything richer would measure itself.

use anyhow::{Context as _, bail};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// How many connections ask at the same time.
const CONNECTIONS: usize = 16;
/// Far longer than any answer takes.
const PATIENCE: Duration = Duration::from_secs(10);

/// Something to ask, again and again.
#[derive(Clone)]
pub struct Question {
    /// `127.0.0.1:PORT`.
    pub address: String,
    /// Path and query.
    pub path: String,
    /// Sent along, when there is one.
    pub cookie: Option<String>,
}

impl Question {
    fn bytes(&self) -> Vec<u8> {
        let cookie = self.cookie.as_ref().map(|cookie| format!("Cookie: {cookie}\r\n")).unwrap_or_default();
        format!("GET {} HTTP/1.1\r\nHost: {}\r\n{cookie}\r\n", self.path, self.address).into_bytes()
    }
}

/// Asks once and returns the body.
///
/// # Errors
/// When nobody answers, or with anything but 200.
pub async fn once(question: &Question) -> anyhow::Result<Vec<u8>> {
    let mut connection = Connection::open(question).await?;
    connection.ask().await?;
    Ok(connection.body().to_vec())
}

/// How long each of so many answers took, one after the other on one connection.
///
/// # Errors
/// As [`once`].
pub async fn times(question: &Question, count: usize) -> anyhow::Result<Vec<Duration>> {
    let mut connection = Connection::open(question).await?;
    let mut times = Vec::with_capacity(count);
    for _ in 0..count {
        times.push(connection.time().await?);
    }
    Ok(times)
}

/// Answers per second over some time.
///
/// # Errors
/// As [`once`].
pub async fn per_second(question: &Question, time: Duration) -> anyhow::Result<f64> {
    let began = Instant::now();
    let asking = (0..CONNECTIONS).map(|_| async {
        let mut connection = Connection::open(question).await?;
        let mut answers = 0_u32;
        while began.elapsed() < time {
            connection.ask().await?;
            answers += 1;
        }
        anyhow::Ok(answers)
    });
    let answers: u32 = futures::future::try_join_all(asking).await?.into_iter().sum();
    Ok(f64::from(answers) / began.elapsed().as_secs_f64())
}

/// One that stays open, for always the same question.
pub struct Connection {
    stream: TcpStream,
    request: Vec<u8>,
    answer: Vec<u8>,
    body_at: usize,
}

impl Connection {
    /// # Errors
    /// When nobody listens.
    pub async fn open(question: &Question) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(&question.address).await.context("nobody listens")?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, request: question.bytes(), answer: Vec::with_capacity(64 * 1024), body_at: 0 })
    }

    /// How long one answer takes.
    ///
    /// # Errors
    /// When nobody answers, or with anything but 200.
    pub async fn time(&mut self) -> anyhow::Result<Duration> {
        let began = Instant::now();
        self.ask().await?;
        Ok(began.elapsed())
    }

    fn body(&self) -> &[u8] {
        &self.answer[self.body_at..]
    }

    async fn ask(&mut self) -> anyhow::Result<()> {
        tokio::time::timeout(PATIENCE, self.ask_patiently()).await.context("no answer")?
    }

    async fn ask_patiently(&mut self) -> anyhow::Result<()> {
        self.stream.write_all(&self.request).await?;
        self.answer.clear();
        loop {
            if self.stream.read_buf(&mut self.answer).await? == 0 {
                bail!("the connection was closed");
            }
            let Some(end) = self.answer.windows(4).position(|four| four == b"\r\n\r\n") else { continue };
            let head = std::str::from_utf8(&self.answer[..end])?;
            if !head.starts_with("HTTP/1.1 200") {
                bail!("{}", head.lines().next().unwrap_or_default());
            }
            let length = head.lines().find_map(|line| {
                let (name, value) = line.split_once(':')?;
                name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>())
            });
            self.body_at = end + 4;
            let whole = self.body_at + length.context("an answer without its length")??;
            while self.answer.len() < whole {
                if self.stream.read_buf(&mut self.answer).await? == 0 {
                    bail!("the connection was closed");
                }
            }
            return Ok(());
        }
    }
}
