//! Pages of a list by `nextToken`. The token names the last item that was returned, so that new items before it
//! neither repeat nor hide one.

use super::AwsError;

/// The items of one page, and the token of the next page.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Paged<T> {
    pub items: Vec<T>,
    pub next: Option<String>,
}

/// Returns up to `size` items after the one that `token` names.
pub(super) fn page<T>(
    all: Vec<T>,
    size: usize,
    token: Option<&str>,
    name: impl Fn(&T) -> String,
) -> Result<Paged<T>, AwsError> {
    let from = match token {
        None => 0,
        Some(token) => {
            let last = all.iter().position(|item| name(item) == token);
            last.ok_or_else(|| AwsError::parameter("Invalid token."))? + 1
        }
    };
    let more = all.len().saturating_sub(from) > size;
    let items = all.into_iter().skip(from).take(size).collect::<Vec<_>>();
    let next = if more { items.last().map(name) } else { None };
    Ok(Paged { items, next })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn something_new_in_front_neither_repeats_nor_hides_anything() {
        let name = |item: &u32| item.to_string();
        let first = page(vec![3, 2, 1], 2, None, name).unwrap();
        assert_eq!((first.items, first.next.as_deref()), (vec![3, 2], Some("2")));
        let second = page(vec![4, 3, 2, 1], 2, Some("2"), name).unwrap();
        assert_eq!((second.items, second.next), (vec![1], None));
        assert!(page(vec![1], 2, Some("9"), name).is_err());
    }
}
