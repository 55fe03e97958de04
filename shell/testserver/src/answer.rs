//! Answers and their bodies.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::Frame;

use crate::refusal::Refusal;
use crate::watch::{Torn, Watch};

/// What goes back, before its headers.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) code: u16,
    pub(crate) retry_after: Option<u32>,
    pub(crate) plain: bool,
    pub(crate) body: AnswerBody,
}

impl Answer {
    pub(crate) const fn new(code: u16, body: Bytes) -> Self {
        Self { code, retry_after: None, plain: false, body: AnswerBody::Whole(Some(body)) }
    }
}

impl From<Refusal> for Answer {
    fn from(refusal: Refusal) -> Self {
        let body = if refusal.plain { format!("{}\n", refusal.message) } else { refusal.body().to_string() };
        Self {
            code: refusal.code,
            retry_after: refusal.retry_after,
            plain: refusal.plain,
            body: AnswerBody::Whole(Some(Bytes::from(body))),
        }
    }
}

/// The body of an answer.
#[derive(Debug)]
pub enum AnswerBody {
    /// All at once.
    #[doc(hidden)]
    Whole(Option<Bytes>),
    /// Half of it, then the connection breaks.
    #[doc(hidden)]
    Half(Option<Bytes>),
    /// A watch.
    #[doc(hidden)]
    Watch(WatchBody),
}

/// The body of an answer to a watch.
#[derive(Debug)]
pub struct WatchBody(pub(crate) Box<Watch>);

impl AnswerBody {
    pub(crate) fn halved(self) -> Self {
        match self {
            Self::Whole(bytes) => Self::Half(bytes.map(|bytes| bytes.slice(..bytes.len() / 2))),
            other => other,
        }
    }
}

impl http_body::Body for AnswerBody {
    type Data = Bytes;
    type Error = Box<dyn std::error::Error + Send + Sync>;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        match self.get_mut() {
            Self::Whole(bytes) => Poll::Ready(bytes.take().map(|bytes| Ok(Frame::data(bytes)))),
            Self::Half(bytes) => Poll::Ready(Some(match bytes.take() {
                Some(bytes) => Ok(Frame::data(bytes)),
                None => Err(Torn.into()),
            })),
            Self::Watch(watch) => {
                watch.0.poll_next(context).map(|next| next.map(|bytes| bytes.map(Frame::data).map_err(Into::into)))
            }
        }
    }
}
