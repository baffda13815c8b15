use super::{figures, milliseconds};

#[track_caller]
fn check(text: &str, expected: Option<f64>) {
    assert_eq!(milliseconds(text), expected, "{text}");
}

#[test]
fn units_of_time() {
    check("250.00us", Some(0.25));
    check("1.50ms", Some(1.5));
    check("1.20s", Some(1200.0));
    check("2.00m", Some(120_000.0));
    check("12", None);
    check("ms", None);
}

#[test]
fn what_wrk_says() {
    let said = "\
Running 1s test @ http://127.0.0.1:8000/
  1 threads and 64 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency   449.15us  118.71us   2.81ms   84.90%
    Req/Sec   142.75k     4.83k  148.25k    81.82%
  Latency Distribution
     50%  420.00us
     99%    0.52ms
  156314 requests in 1.10s, 19.38MB read
Requests/sec: 142200.35
Transfer/sec:     17.63MB
";
    assert_eq!(figures(said), Some((156_314.0, 142_200.35, 0.52)));
    assert_eq!(figures("unable to connect to 127.0.0.1:8000 Connection refused"), None);
}
