//! `check --watch`: an edit is noticed. What is waited for is output, with a deadline.

use crate::support::Folder;
use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

struct Watching {
    child: Child,
    lines: Receiver<String>,
    seen: Vec<String>,
}

impl Watching {
    fn start(folder: &Folder, arguments: &[&str]) -> Self {
        let mut command = folder.command(arguments);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (sender, lines) = channel();
        let (out, err) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
        let forward = |reader: Box<dyn BufRead + Send>| {
            let sender = sender.clone();
            std::thread::spawn(move || {
                for line in reader.lines().map_while(Result::ok) {
                    let _ = sender.send(line);
                }
            });
        };
        forward(Box::new(BufReader::new(out)));
        forward(Box::new(BufReader::new(err)));
        Watching { child, lines, seen: Vec::new() }
    }

    /// Waits for a line with these words and takes it out. The two streams are read side by side, so lines of one may come
    /// before those of the other; what is not taken stays.
    #[track_caller]
    fn until(&mut self, words: &str) {
        let deadline = Instant::now() + Duration::from_secs(60);
        loop {
            if let Some(found) = self.seen.iter().position(|line| line.contains(words)) {
                self.seen.remove(found);
                return;
            }
            match self.lines.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(line) => self.seen.push(line),
                Err(_) => panic!("{words:?} did not come, but:\n{}", self.seen.join("\n")),
            }
        }
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn an_edit_of_any_file_of_the_rule_set_is_noticed() {
    let folder = Folder::new();
    folder.write("shared.rules", "module shared\nlet fee = 3 USD\n");
    folder.write("main.rules", "ruleset r { currency USD }\nimport \"shared.rules\"\ncharge A = fee\n");
    let mut watching = Watching::start(&folder, &["check", "main.rules", "--watch"]);
    watching.until("no problems");
    watching.until("watching 2 files");
    folder.write("shared.rules", "module shared\nlet fee = unknown_name\n");
    watching.until("--> shared.rules:2:11");
    watching.until("1 error");
    watching.until("watching");
    folder.write("shared.rules", "module shared\nlet fee = 4.50 USD\n");
    watching.until("no problems");
}

#[test]
fn a_file_replaced_by_another_one_is_noticed() {
    let folder = Folder::new();
    folder.write("main.rules", "ruleset r { currency USD }\ncharge A = 3 USD\n");
    let mut watching = Watching::start(&folder, &["check", ".", "--watch"]);
    watching.until("watching 1 file");
    folder.write("next.tmp", "ruleset r { currency USD }\ncharge A = nothing_known\n");
    std::fs::rename(folder.path("next.tmp"), folder.path("main.rules")).unwrap();
    watching.until("--> main.rules:2:12");
    watching.until("watching");
    folder.write("second.rules", "ruleset s { currency USD }\ncharge A = 3 USD\n");
    watching.until("checked 2 files");
}
