//! Disks that fail: the real one, stopped or full at a step; and one in memory whose power goes.

use ratewright_sources::disk::{Disk, LocalDisk};
use std::collections::BTreeMap;
use std::io;
use std::path::{Component, Path};
use std::sync::{Arc, Mutex};

/// The disk of the machine, and somebody who is asked before each step that writes: with the path, and what is written to it.
pub struct Stepwise<F>(pub F);

impl<F: Fn(&Path, &[u8]) -> io::Result<()> + Send + Sync> Disk for Stepwise<F> {
    fn make_folder(&self, path: &Path) -> io::Result<()> {
        // What is there is not made.
        if path.is_dir() { Ok(()) } else { (self.0)(path, b"").and_then(|()| LocalDisk.make_folder(path)) }
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        (self.0)(path, bytes).and_then(|()| LocalDisk.write(path, bytes))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        (self.0)(to, b"").and_then(|()| LocalDisk.rename(from, to))
    }

    fn link(&self, from: &Path, to: &Path) -> io::Result<()> {
        (self.0)(to, b"").and_then(|()| LocalDisk.link(from, to))
    }

    fn sync_folder(&self, path: &Path) -> io::Result<()> {
        (self.0)(path, b"").and_then(|()| LocalDisk.sync_folder(path))
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        (self.0)(path, b"").and_then(|()| LocalDisk.remove_file(path))
    }

    fn remove_folder(&self, path: &Path) -> io::Result<()> {
        (self.0)(path, b"").and_then(|()| LocalDisk.remove_folder(path))
    }

    fn names(&self, path: &Path) -> io::Result<Vec<String>> {
        LocalDisk.names(path)
    }

    fn read(&self, path: &Path, most: u64) -> io::Result<Vec<u8>> {
        LocalDisk.read(path, most)
    }

    fn has_file(&self, path: &Path) -> bool {
        LocalDisk.has_file(path)
    }
}

/// A disk in memory that keeps apart what programs see and what is on the medium: the bytes of a file are there once it is written, a change
/// of names in a folder once that is synced; before, each change may be there or not, in any order. After so many steps the power goes.
#[derive(Clone, Default)]
pub struct Medium {
    state: Arc<Mutex<State>>,
}

#[derive(Clone)]
struct State {
    things: Vec<Thing>,
    steps: u64,
    power_until: u64,
}

#[derive(Clone)]
enum Thing {
    File(Vec<u8>),
    Folder { seen: BTreeMap<String, usize>, durable: BTreeMap<String, usize>, unsynced: Vec<Change> },
}

#[derive(Clone)]
enum Change {
    Put(String, usize),
    Rename(String, String, usize),
    Remove(String),
}

impl Default for State {
    fn default() -> Self {
        State { things: vec![Thing::folder()], steps: 0, power_until: u64::MAX }
    }
}

impl Thing {
    fn folder() -> Thing {
        Thing::Folder { seen: BTreeMap::new(), durable: BTreeMap::new(), unsynced: Vec::new() }
    }
}

impl Change {
    fn apply(&self, names: &mut BTreeMap<String, usize>) {
        match self {
            Change::Put(name, thing) => drop(names.insert(name.clone(), *thing)),
            Change::Rename(from, to, thing) => {
                names.remove(from);
                names.insert(to.clone(), *thing);
            }
            Change::Remove(name) => drop(names.remove(name)),
        }
    }
}

impl State {
    fn find(&self, path: &Path) -> io::Result<usize> {
        let mut at = 0;
        for part in path.components() {
            let Component::Normal(name) = part else { continue };
            let Thing::Folder { seen, .. } = &self.things[at] else { return Err(io::ErrorKind::NotADirectory.into()) };
            at = *seen.get(name.to_str().unwrap()).ok_or(io::ErrorKind::NotFound)?;
        }
        Ok(at)
    }

    fn change(&mut self, folder: &Path, change: Change) -> io::Result<()> {
        let at = self.find(folder)?;
        let Thing::Folder { seen, unsynced, .. } = &mut self.things[at] else { panic!("{folder:?} is a file") };
        change.apply(seen);
        unsynced.push(change);
        Ok(())
    }

    fn add(&mut self, path: &Path, thing: Thing) -> io::Result<()> {
        if self.find(path).is_ok() {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        self.things.push(thing);
        self.change(folder_of(path), Change::Put(name_of(path), self.things.len() - 1))
    }
}

fn folder_of(path: &Path) -> &Path {
    path.parent().unwrap()
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap().to_str().unwrap().to_owned()
}

/// Numbers that are the same in every run.
pub fn lot(seed: &mut u64) -> u64 {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    *seed >> 33
}

impl Medium {
    /// How many steps were taken.
    pub fn steps(&self) -> u64 {
        self.state.lock().unwrap().steps
    }

    /// Lets the power go at a step.
    pub fn with_power_until(self, step: u64) -> Medium {
        self.state.lock().unwrap().power_until = step;
        self
    }

    pub fn has_power(&self) -> bool {
        let state = self.state.lock().unwrap();
        state.steps < state.power_until
    }

    /// What is there when the power is back: of what was not synced, what a lot decides; with the lot 0 nothing, with 1 all.
    pub fn after_power_failed(&self, choice: u64) -> Medium {
        let mut state = self.state.lock().unwrap().clone();
        let mut seed = choice;
        for thing in &mut state.things {
            let Thing::Folder { seen, durable, unsynced } = thing else { continue };
            for change in std::mem::take(unsynced) {
                let is_there = if choice < 2 { choice == 1 } else { lot(&mut seed).is_multiple_of(2) };
                if is_there {
                    change.apply(durable);
                }
            }
            seen.clone_from(durable);
        }
        (state.steps, state.power_until) = (0, u64::MAX);
        Medium { state: Arc::new(Mutex::new(state)) }
    }

    fn step(
        &self,
        half_done: impl FnOnce(&mut State),
        done: impl FnOnce(&mut State) -> io::Result<()>,
    ) -> io::Result<()> {
        let mut state = self.state.lock().unwrap();
        state.steps += 1;
        if state.steps == state.power_until {
            half_done(&mut state);
        }
        if state.steps >= state.power_until {
            return Err(io::Error::other("the power is gone"));
        }
        done(&mut state)
    }
}

impl Disk for Medium {
    fn make_folder(&self, path: &Path) -> io::Result<()> {
        let is_there = self.state.lock().unwrap().find(path).is_ok();
        if is_there { Ok(()) } else { self.step(|_| (), |state| state.add(path, Thing::folder())) }
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let half = bytes[..bytes.len() / 2].to_vec();
        self.step(
            |state| drop(state.add(path, Thing::File(half))),
            |state| state.add(path, Thing::File(bytes.to_vec())),
        )
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let (from_name, to_name) = (name_of(from), name_of(to));
        assert_eq!(folder_of(from), folder_of(to), "it would not be one step on every disk");
        self.step(
            |_| (),
            |state| {
                let thing = state.find(from)?;
                state.change(folder_of(to), Change::Rename(from_name, to_name, thing))
            },
        )
    }

    fn link(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.step(
            |_| (),
            |state| {
                let thing = state.find(from)?;
                state.find(to).map_or(Ok(()), |_| Err(io::Error::from(io::ErrorKind::AlreadyExists)))?;
                state.change(folder_of(to), Change::Put(name_of(to), thing))
            },
        )
    }

    fn sync_folder(&self, path: &Path) -> io::Result<()> {
        self.step(
            |_| (),
            |state| {
                let at = state.find(path)?;
                let Thing::Folder { seen, durable, unsynced } = &mut state.things[at] else { panic!("{path:?}") };
                unsynced.clear();
                durable.clone_from(seen);
                Ok(())
            },
        )
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        self.step(
            |_| (),
            |state| {
                state.find(path)?;
                state.change(folder_of(path), Change::Remove(name_of(path)))
            },
        )
    }

    fn remove_folder(&self, path: &Path) -> io::Result<()> {
        self.step(
            |_| (),
            |state| {
                let at = state.find(path)?;
                let Thing::Folder { seen, .. } = &state.things[at] else { panic!("{path:?}") };
                assert!(seen.is_empty(), "{path:?} is not empty");
                state.change(folder_of(path), Change::Remove(name_of(path)))
            },
        )
    }

    fn names(&self, path: &Path) -> io::Result<Vec<String>> {
        let state = self.state.lock().unwrap();
        match state.find(path).map(|at| &state.things[at]) {
            Ok(Thing::Folder { seen, .. }) => Ok(seen.keys().cloned().collect()),
            Ok(Thing::File(_)) => Err(io::ErrorKind::NotADirectory.into()),
            Err(_) => Ok(Vec::new()),
        }
    }

    fn read(&self, path: &Path, most: u64) -> io::Result<Vec<u8>> {
        let state = self.state.lock().unwrap();
        match &state.things[state.find(path)?] {
            Thing::File(bytes) if bytes.len() as u64 <= most => Ok(bytes.clone()),
            _ => Err(io::Error::other("it is too large, or no file")),
        }
    }

    fn has_file(&self, path: &Path) -> bool {
        let state = self.state.lock().unwrap();
        state.find(path).is_ok_and(|at| matches!(state.things[at], Thing::File(_)))
    }
}
