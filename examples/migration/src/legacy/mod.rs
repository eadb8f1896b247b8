//! Old code, as it is found: `ltl_rate` has priced every shipment of Harrow & Pike since 1998, in whatever language it was then. It is kept
//! as it is, with what is wrong in it: README.md lists what that is, and the tutorial how it is found.
#![allow(
    clippy::assign_op_pattern,
    clippy::collapsible_if,
    clippy::indexing_slicing,
    clippy::manual_range_contains,
    reason = "old code is not touched any more"
)]
#![allow(missing_docs, reason = "old code has none")]

mod rates;

use rates::*;

pub struct Shp {
    pub ship_dt: String, // YYYY-MM-DD
    pub pu_ts: i64,      // epoch
    pub cust_typ: char,  // N R X
    pub svc: char,       // S G E
    pub zn: usize,
    pub itm: Vec<(i32, f64)>, // class, lbs
    pub len: f64,
    pub res: bool,
    pub lg: bool,
    pub hz: bool,
    pub isl: bool,
}

pub struct Inv {
    pub ln: Vec<(&'static str, f64)>,
    pub tot: f64,
}

fn r2(x: f64) -> f64 {
    (x * 100.0).round() / 100.0
}

fn cls(c: i32) -> f64 {
    if c == 50 {
        0.72
    } else if c == 70 {
        0.86
    } else if c == 85 {
        0.93
    } else if c == 150 {
        1.415
    } else if c == 250 {
        2.085
    } else {
        1.0
    }
}

fn brk(w: f64) -> usize {
    if w >= 10000.0 {
        5
    } else if w >= 5000.0 {
        4
    } else if w >= 2000.0 {
        3
    } else if w >= 1000.0 {
        2
    } else if w >= 500.0 {
        1
    } else {
        0
    }
}

// keep in sync w/ AR!!
fn fsc_pct(d: &str) -> f64 {
    if d >= "2026-09-07" {
        0.29
    } else if d >= "2026-07-13" {
        0.315
    } else if d >= "2026-04-20" {
        0.325
    } else if d >= "2026-02-23" {
        0.305
    } else if d >= "2026-01-05" {
        0.275
    } else if d >= "2025-11-10" {
        0.295
    } else {
        0.285
    }
}

pub fn ltl_rate(s: &Shp) -> Result<Inv, &'static str> {
    let mut w = 0.0;
    for i in &s.itm {
        w += i.1;
    }
    if w > 20000.0 {
        return Err("E17");
    }
    if s.hz && s.zn == 9 {
        return Err("E31");
    }
    let mut ln = vec![];

    // MTY broker wants kilos on the pedimento (JR 03/2011)
    // 11/2026: not for rating!!
    let kf = if s.zn == 9 && s.ship_dt.as_str() < "2026-11-01" { 0.4536 } else { 1.0 };
    w = w * kf;
    let rt = if s.ship_dt.as_str() >= "2026-01-05" { RATES_2026[s.zn - 1][brk(w)] } else { RATES[s.zn - 1][brk(w)] };
    let mut frt = 0.0;
    for i in &s.itm {
        if s.svc == 'E' {
            // exp desk prints the lines on the pro
            frt += r2(i.1 * kf * rt / 100.0 * cls(i.0) + 0.000000001);
        } else {
            frt += i.1 * kf * rt / 100.0 * cls(i.0);
        }
    }
    // min chg
    if frt < 112.0 {
        frt = 112.0;
    }
    if s.cust_typ == 'R' {
        frt = frt * 0.825;
    }
    if s.cust_typ == 'X' {
        frt = frt * 0.69;
    }
    frt = r2(frt + 0.000000001); // #4411 cent missing
    ln.push(("FRT", frt));
    ln.push(("FSC", r2(frt * fsc_pct(&s.ship_dt))));

    if s.svc == 'G' {
        ln.push(("GTD", 75.0));
    }
    if s.svc == 'E' {
        ln.push(("EXP", 165.0));
    }
    if s.len >= 96.0 {
        if s.len > 240.0 {
            ln.push(("OVL", 390.0));
        } else if s.len > 144.0 {
            ln.push(("OVL", 175.0));
        } else {
            ln.push(("OVL", 85.0));
        }
    }
    // 1970-01-01 was a thu
    let dow = (s.pu_ts / 86400 + 4) % 7;
    if dow == 0 || dow == 6 {
        ln.push(("WKD", 55.0));
    }
    if s.res {
        ln.push(("RES", 28.75));
    }
    if s.lg && s.svc != 'G' {
        ln.push(("LFT", 36.5));
    }
    if s.hz {
        ln.push(("HAZ", 42.5));
    }
    if s.isl {
        let mut x = 4.5 * (s.itm.iter().map(|i| i.1).sum::<f64>() / 100.0).ceil();
        if x < 85.0 {
            x = 85.0;
        }
        ln.push(("ISL", x));
    }
    if s.ship_dt.as_str() >= "2025-11-17" && s.ship_dt.as_str() <= "2025-12-31" {
        ln.push(("PKS", 24.0)); // xmas
    }

    let mut tot = 0.0;
    for l in &ln {
        tot += l.1;
    }
    Ok(Inv { ln, tot: r2(tot) })
}
