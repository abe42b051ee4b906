use super::sample::{FourServer, Handler, WIRES, Way, call, channel};
use crate::call::{Call, CallOptions, Messages, Metadata, MetadataError};
use crate::contract::{Code, MethodKind, Status};
use crate::interceptors::{AuthenticatedCaller, RequireToken, SendToken, TokenError};
use crate::rpc::{Channel, Interceptor, Next, Router};
use crate::wire::Protocol;

fn guarded(tokens: RequireToken) -> Router {
    Router::new().interceptor(tokens).interceptor(SayName).service(FourServer::new(Handler)).unwrap()
}

/// Says in the trailing metadata who the caller was found to be.
struct SayName;

impl Interceptor for SayName {
    async fn intercept(&self, call: Call, next: Next<'_>) -> Result<Messages, Status> {
        let context = call.context().clone();
        let caller = context.get::<AuthenticatedCaller>().unwrap();
        context.response().update_trailing(|trailing| trailing.insert("caller", caller.name()))?;
        next.run(call).await
    }
}

fn two_tokens() -> RequireToken {
    RequireToken::new("first", "token-1").unwrap().or("second", "token-2").unwrap()
}

/// Calls with these values under a key, and says who the caller was found to be.
async fn answer_to(channel: &Channel, key: &str, values: &[&str]) -> Result<String, Status> {
    let mut metadata = Metadata::new();
    for value in values {
        metadata.append(key, value).unwrap();
    }
    let response = crate::call::ResponseMetadata::new();
    let channel = channel.with(CallOptions::new().metadata(metadata).response(&response));
    call(&channel, MethodKind::UnaryUnary, Way::Answers).await?;
    Ok(response.trailing().get("caller").unwrap().to_owned())
}

#[tokio::test]
async fn an_accepted_token_lets_in_and_names_its_caller() {
    for wire in WIRES {
        let channel = channel(guarded(two_tokens()), wire).await;
        for (value, name) in
            [("Bearer token-1", "first"), ("Bearer token-2", "second"), ("bearer token-1", "first")]
        {
            assert_eq!(answer_to(&channel, "authorization", &[value]).await.unwrap(), name);
        }
        for kind in MethodKind::ALL {
            let sending = channel.clone().intercepted(SendToken::new("token-2").unwrap());
            call(&sending, kind, Way::Answers).await.unwrap();
        }
    }
}

#[tokio::test]
async fn anything_else_is_refused_and_never_repeated() {
    for wire in WIRES {
        let channel = channel(guarded(two_tokens()), wire).await;
        let cases: [&[&str]; 11] = [
            &[],
            &[""],
            &["Bearer"],
            &["Bearer "],
            &["Bearer token-3"],
            &["Bearer token-1 "],
            &["Bearer token-"],
            &["Bearer token-11"],
            &["token-1"],
            &["Basic token-1"],
            &["Bearer token-1", "Bearer token-1"],
        ];
        // HTTP takes the spaces around a value away.
        for values in cases
            .iter()
            .filter(|values| wire != Some(Protocol::Grpc) || !values.iter().any(|value| value.ends_with(' ')))
        {
            let status = answer_to(&channel, "authorization", values).await.unwrap_err();
            assert_eq!(status.code(), Code::Unauthenticated, "{values:?}");
            assert!(!status.message().contains("token-"), "{status}");
            assert!(status.message().ends_with("as metadata `authorization: Bearer <token>`"), "{status}");
        }
        for kind in MethodKind::ALL {
            let status = call(&channel, kind, Way::Answers).await.unwrap_err();
            assert_eq!(status.code(), Code::Unauthenticated, "{kind}");
        }
    }
}

#[tokio::test]
async fn another_key_holds_the_token_alone() {
    let channel = channel(guarded(two_tokens().under("auth-token").unwrap()), Some(Protocol::Grpc)).await;
    assert_eq!(answer_to(&channel, "auth-token", &["token-1"]).await.unwrap(), "first");
    let status = answer_to(&channel, "auth-token", &["Bearer token-1"]).await.unwrap_err();
    assert!(status.message().ends_with("as metadata `auth-token: <token>`"), "{status}");
    let status = answer_to(&channel, "authorization", &["Bearer token-1"]).await.unwrap_err();
    assert_eq!(status.code(), Code::Unauthenticated);
    let sending = channel.intercepted(SendToken::under("auth-token", "token-2").unwrap());
    assert_eq!(answer_to(&sending, "unrelated", &[]).await.unwrap(), "second");
    // What a call says itself is what it says.
    assert_eq!(answer_to(&sending, "auth-token", &["token-1"]).await.unwrap(), "first");
}

#[tokio::test]
async fn a_validator_is_asked_about_every_token() {
    let tokens = RequireToken::with_validator(|token, context| async move {
        tokio::task::yield_now().await;
        assert!(context.peer().is_some());
        match token.as_str().split_once('-') {
            Some(("user", name)) => Ok(Some(AuthenticatedCaller::new(name))),
            Some(("lost", _)) => Err(Status::unavailable("nobody can be asked now")),
            _ => Ok(None),
        }
    });
    let channel = channel(guarded(tokens.or("lost property", "lost-2").unwrap()), Some(Protocol::Grpc)).await;
    let answer = async |value: &str| answer_to(&channel, "authorization", &[value]).await;
    assert_eq!(answer("Bearer user-ada").await.unwrap(), "ada");
    assert_eq!(answer("Bearer lost-1").await.unwrap_err().code(), Code::Unavailable);
    assert_eq!(answer("Bearer lost-2").await.unwrap(), "lost property");
    let status = answer("Bearer other-1").await.unwrap_err();
    assert_eq!(status.code(), Code::Unauthenticated);
    assert!(!status.message().contains("other-1"), "{status}");
    assert_eq!(answer("").await.unwrap_err().code(), Code::Unauthenticated);
}

#[test]
fn a_token_that_cannot_be_one_is_refused_where_it_is_given() {
    for (token, expected) in [
        ("", TokenError::Empty),
        ("two words", TokenError::Character),
        ("line\n", TokenError::Character),
        ("gr\u{fc}n", TokenError::Character),
    ] {
        assert_eq!(RequireToken::new("name", token).unwrap_err(), expected);
        assert_eq!(two_tokens().or("name", token).unwrap_err(), expected);
        assert_eq!(SendToken::new(token).unwrap_err(), expected);
    }
    for key in ["", "Upper", "token-bin", "grpc-token", "te"] {
        assert!(matches!(two_tokens().under(key), Err(TokenError::Key(_))), "{key}");
        assert!(matches!(SendToken::under(key, "token"), Err(TokenError::Key(_))), "{key}");
    }
    let reserved = MetadataError::Reserved { key: "te".to_owned() };
    assert_eq!(two_tokens().under("te").unwrap_err(), TokenError::Key(reserved));
    // The well-known key always has the well-known form.
    assert!(format!("{:?}", two_tokens().under("authorization").unwrap()).contains("authorization"));
}

#[tokio::test]
async fn no_token_is_shown() {
    let validator = RequireToken::with_validator(|token, _| async move {
        assert_eq!(format!("{token:?}"), "Token");
        Ok(Some(AuthenticatedCaller::new("somebody")))
    });
    let sending = SendToken::new("token-1").unwrap();
    let shown = format!("{:?} {validator:?} {sending:?}", two_tokens());
    assert!(!shown.contains("token-1"), "{shown}");
    assert!(shown.contains("first"), "{shown}");
    let channel = Channel::local(guarded(validator)).intercepted(sending);
    assert_eq!(call(&channel, MethodKind::UnaryUnary, Way::Answers).await.unwrap(), 4);
}
