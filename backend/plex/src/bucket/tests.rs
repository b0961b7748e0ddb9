use std::{
    future::Future,
    pin::pin,
    task::{Context, Poll, Waker},
};

use super::*;

fn bucket(rate: f64, burst: u32) -> Arc<Bucket> {
    Arc::new(Bucket::new(Limits { requests_per_second: rate, burst, ..Limits::default() }))
}

fn far() -> Instant {
    Instant::now() + Duration::from_secs(100_000)
}

/// Queues `count` calls in a lane; each notes itself in the log when its turn comes.
fn queue(bucket: &Arc<Bucket>, lane: Lane, count: usize, log: &Arc<Mutex<Vec<Lane>>>) {
    for _ in 0..count {
        let (bucket, log) = (Arc::clone(bucket), Arc::clone(log));
        tokio::spawn(async move {
            bucket.acquire(lane, far()).await.unwrap();
            log.lock().unwrap().push(lane);
        });
    }
}

async fn settle() {
    for _ in 0..50 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_burst_then_a_steady_pace() {
    let bucket = bucket(8.0, 10);
    let start = Instant::now();
    for _ in 0..10 {
        bucket.acquire(Lane::Interactive, far()).await.unwrap();
    }
    assert_eq!(start.elapsed(), Duration::ZERO);
    for _ in 0..80 {
        bucket.acquire(Lane::Interactive, far()).await.unwrap();
    }
    let elapsed = start.elapsed();
    assert!(elapsed >= Duration::from_secs(10) && elapsed < Duration::from_millis(10_200), "{elapsed:?}");
}

#[tokio::test(start_paused = true)]
async fn ten_thousand_queued_jobs_do_not_keep_a_person_waiting() {
    let bucket = bucket(8.0, 10);
    let log = Arc::default();
    queue(&bucket, Lane::Automatic, 10_000, &log);
    tokio::time::sleep(Duration::from_secs(30)).await;
    for _ in 0..20 {
        let start = Instant::now();
        bucket.acquire(Lane::Interactive, far()).await.unwrap();
        assert!(start.elapsed() <= Duration::from_millis(400), "{:?}", start.elapsed());
    }
    assert!(log.lock().unwrap().len() > 200, "and the jobs go on meanwhile");
}

#[tokio::test(start_paused = true)]
async fn no_lane_starves_another() {
    let bucket = bucket(10.0, 10);
    let log = Arc::default();
    for lane in [Lane::Automatic, Lane::Manual, Lane::Interactive] {
        queue(&bucket, lane, 500, &log);
    }
    tokio::time::sleep(Duration::from_secs(20)).await;
    let log = log.lock().unwrap();
    let share = |lane| log.iter().filter(|one| **one == lane).count() * 100 / log.len();
    let (interactive, manual, automatic) =
        (share(Lane::Interactive), share(Lane::Manual), share(Lane::Automatic));
    assert!(log.len() > 190, "{}", log.len());
    assert!(interactive > manual && manual > automatic, "{interactive} {manual} {automatic}");
    assert!(interactive >= 50 && manual >= 25 && automatic >= 8, "{interactive} {manual} {automatic}");
}

#[tokio::test(start_paused = true)]
async fn the_last_tokens_of_a_burst_are_left_for_people() {
    let bucket = bucket(1.0, 10);
    let log = Arc::default();
    queue(&bucket, Lane::Automatic, 50, &log);
    settle().await;
    assert_eq!(log.lock().unwrap().len(), 8);
    let start = Instant::now();
    bucket.acquire(Lane::Interactive, far()).await.unwrap();
    bucket.acquire(Lane::Interactive, far()).await.unwrap();
    assert_eq!(start.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn even_a_bucket_of_one_serves_every_lane() {
    let bucket = bucket(100.0, 1);
    for lane in [Lane::Automatic, Lane::Manual, Lane::Interactive, Lane::Automatic] {
        bucket.acquire(lane, Instant::now() + Duration::from_secs(1)).await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn a_turn_that_does_not_come_in_time_is_given_up_with_nothing_done() {
    let bucket = bucket(0.1, 1);
    bucket.acquire(Lane::Interactive, far()).await.unwrap();
    let start = Instant::now();
    let error = bucket.acquire(Lane::Interactive, start + Duration::from_secs(2)).await.unwrap_err();
    assert_eq!(error, PlexError::Timeout { request_may_have_been_done: false });
    assert!(!error.may_have_been_done());
    assert!(start.elapsed() < Duration::from_millis(2_010));
}

#[tokio::test(start_paused = true)]
async fn whoever_leaves_the_line_does_not_hold_it_up() {
    let bucket = bucket(1.0, 1);
    bucket.acquire(Lane::Interactive, far()).await.unwrap();
    let log = Arc::default();
    {
        let mut first = pin!(bucket.acquire(Lane::Interactive, far()));
        let mut context = Context::from_waker(Waker::noop());
        assert!(matches!(first.as_mut().poll(&mut context), Poll::Pending));
        queue(&bucket, Lane::Interactive, 1, &log);
        settle().await;
    }
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    assert_eq!(log.lock().unwrap().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_pause_holds_everybody_and_ends_gently() {
    let bucket = bucket(10.0, 10);
    assert_eq!(bucket.pause(Some(Duration::from_secs(3))), Duration::from_secs(3));
    let start = Instant::now();
    for _ in 0..5 {
        bucket.acquire(Lane::Interactive, far()).await.unwrap();
    }
    let elapsed = start.elapsed();
    assert!(elapsed >= Duration::from_millis(3_490) && elapsed < Duration::from_millis(3_600), "{elapsed:?}");
}

#[tokio::test(start_paused = true)]
async fn a_pause_longer_than_ones_patience_is_said_at_once_also_to_those_in_line() {
    let bucket = bucket(0.5, 1);
    bucket.acquire(Lane::Automatic, far()).await.unwrap();
    let waiting: Vec<_> = (0..3)
        .map(|_| {
            let bucket = Arc::clone(&bucket);
            let deadline = Instant::now() + Duration::from_secs(10);
            tokio::spawn(async move { bucket.acquire(Lane::Automatic, deadline).await })
        })
        .collect();
    settle().await;
    bucket.pause(Some(Duration::from_secs(60)));
    let start = Instant::now();
    for one in waiting {
        let error = one.await.unwrap().unwrap_err();
        assert_eq!(error, PlexError::RateLimited { retry_after: Some(Duration::from_secs(60)) });
    }
    assert_eq!(start.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn without_a_time_pauses_grow_once_per_refusal_and_start_small_after_calm() {
    let bucket = bucket(10.0, 10);
    let mut last = Duration::ZERO;
    for _ in 0..4 {
        let pause = bucket.pause(None);
        assert!(pause > last, "{pause:?} after {last:?}");
        // Others on their way meet the same refusal: no second strike.
        assert_eq!(bucket.pause(None), pause);
        last = pause;
        tokio::time::advance(pause).await;
    }
    assert!(last > Duration::from_secs(6), "{last:?}");
    bucket.calm();
    assert!(bucket.pause(None) < Duration::from_secs(2));
}

#[tokio::test(start_paused = true)]
async fn a_turn_given_back_is_somebody_elses() {
    let bucket = bucket(0.01, 1);
    bucket.acquire(Lane::Automatic, far()).await.unwrap();
    let log = Arc::default();
    queue(&bucket, Lane::Automatic, 1, &log);
    settle().await;
    assert!(log.lock().unwrap().is_empty());
    bucket.give_back();
    settle().await;
    assert_eq!(log.lock().unwrap().len(), 1);
}
