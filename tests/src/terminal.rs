//! A program in a real terminal: keys over a pty in, a screen that vt100 reads out.

use std::io::{Read as _, Write};
use std::num::NonZeroU16;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use vt100::{MouseProtocolMode, Parser, Screen};

/// No screen takes longer than this, on any machine that is not broken.
const DEADLINE: Duration = Duration::from_mins(1);

/// A terminal with a program in it.
pub struct Terminal {
    master: Box<dyn MasterPty + Send>,
    child: Box<dyn Child + Send + Sync>,
    keyboard: Box<dyn Write + Send>,
    output: Receiver<Vec<u8>>,
    parser: Parser,
    /// The line discipline as it was before the program started.
    before: String,
    entered_alternate_screen: bool,
}

impl Terminal {
    /// Runs a command line in a terminal of 80 columns and 24 rows.
    pub fn start(command_line: &[String], environment: &[(&str, &str)]) -> Self {
        let size = PtySize { rows: 24, cols: 80, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).expect("a pty");
        let before = discipline(pair.master.as_ref());
        let mut command = CommandBuilder::new(&command_line[0]);
        command.args(&command_line[1..]);
        command.env("TERM", "xterm-256color");
        command.env_remove("NO_COLOR");
        // A backtrace would push a panic's message off the screen.
        command.env("RUST_BACKTRACE", "0");
        for (name, value) in environment {
            command.env(name, value);
        }
        let child = pair.slave.spawn_command(command).expect("the program starts");
        let mut reader = pair.master.try_clone_reader().expect("a reader");
        let keyboard = pair.master.take_writer().expect("a writer");
        let (sender, output) = channel();
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            // A pty whose program has ended reads as an error on Linux and as an end elsewhere.
            while let Ok(length @ 1..) = reader.read(&mut buffer) {
                if sender.send(buffer[..length].to_vec()).is_err() {
                    break;
                }
            }
        });
        let parser = Parser::new(nonzero(24), nonzero(80), 0);
        Self { master: pair.master, child, keyboard, output, parser, before, entered_alternate_screen: false }
    }

    /// Types these keys.
    pub fn types(&mut self, keys: &str) {
        self.keyboard.write_all(keys.as_bytes()).expect("the terminal takes keys");
        self.keyboard.flush().expect("the terminal takes keys");
    }

    /// Changes the terminal's size.
    pub fn resize(&mut self, columns: u16, rows: u16) {
        self.parser.set_size(nonzero(rows), nonzero(columns));
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        self.master.resize(size).expect("a size");
    }

    /// Reads until the screen is as wanted.
    pub fn shows(&mut self, what: &str, wanted: impl Fn(&Screen) -> bool) {
        let deadline = Instant::now() + DEADLINE;
        while !wanted(self.parser.screen()) {
            let read = self.read(deadline);
            assert!(
                read.is_ok(),
                "waited for {what}; the screen shows:\n{}",
                self.parser.screen().contents()
            );
        }
    }

    /// Reads on until nothing has been drawn for a while: a screen that stands still is drawn whole.
    pub fn falls_silent(&mut self) {
        while self.read(Instant::now() + Duration::from_millis(500)).is_ok() {}
    }

    /// Reads until the program has ended; its exit code.
    pub fn ends(&mut self) -> u32 {
        let deadline = Instant::now() + DEADLINE;
        loop {
            match self.read(deadline) {
                Ok(()) => {}
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => {
                    panic!("it does not end; the screen shows:\n{}", self.parser.screen().contents());
                }
            }
        }
        self.child.wait().expect("an exit code").exit_code()
    }

    /// What the screen shows.
    pub fn screen(&self) -> &Screen {
        self.parser.screen()
    }

    /// The program's process.
    pub fn process_id(&self) -> u32 {
        self.child.process_id().expect("a running process")
    }

    /// Whether the program ever had a screen of its own.
    pub fn showed_a_screen(&self) -> bool {
        self.entered_alternate_screen
    }

    fn read(&mut self, deadline: Instant) -> Result<(), RecvTimeoutError> {
        let bytes = self.output.recv_timeout(deadline.saturating_duration_since(Instant::now()))?;
        self.parser.process(&bytes);
        self.entered_alternate_screen |= bytes.windows(ENTER.len()).any(|window| window == ENTER);
        Ok(())
    }

    /// The program has the terminal for itself: without this, `is_as_before` would prove nothing.
    pub fn is_taken(&self) {
        let screen = self.parser.screen();
        assert!(screen.alternate_screen() && screen.hide_cursor() && screen.bracketed_paste());
        assert_ne!(screen.mouse_protocol_mode(), MouseProtocolMode::None);
        assert_ne!(discipline(self.master.as_ref()), self.before, "raw mode");
    }

    /// The terminal is as it was before the program started.
    pub fn is_as_before(&self) {
        let screen = self.parser.screen();
        assert!(!screen.alternate_screen(), "the alternate screen was not left");
        assert!(!screen.hide_cursor(), "the cursor is still hidden");
        assert!(!screen.bracketed_paste(), "bracketed paste is still on");
        assert_eq!(screen.mouse_protocol_mode(), MouseProtocolMode::None, "the mouse is still on");
        assert_eq!(discipline(self.master.as_ref()), self.before, "the terminal is still raw");
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // What a failed test started must not go on; a program that has ended cannot be killed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The sequence that switches to the alternate screen.
const ENTER: &[u8] = b"\x1b[?1049h";

fn discipline(master: &dyn MasterPty) -> String {
    format!("{:?}", master.get_termios().expect("a terminal has a line discipline"))
}

fn nonzero(number: u16) -> NonZeroU16 {
    NonZeroU16::new(number).expect("sizes are not zero")
}
