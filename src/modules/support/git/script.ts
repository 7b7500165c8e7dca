/**
 * Brings a working copy to a version. Arguments: the folder, the remote's name, its URL, what is wanted (branch, tag or
 * commit), its name, how many commits (may be empty), whether to throw changes away, whether to have submodules. Prints
 * the commit that is checked out in the end.
 */
export const GIT_SCRIPT = String.raw`dest=$1 remote=$2 url=$3 kind=$4 name=$5 depth=$6 force=$7 recursive=$8
new= made=
cleared() {
  [ -z "$new" ] || rm -rf -- "$dest/.git"
  [ -z "$made" ] || rm -rf -- "$dest"
}
trap cleared EXIT
trap 'exit 143' TERM
trap 'exit 130' INT
trap 'exit 129' HUP
if [ ! -e "$dest/.git" ]; then
  [ -d "$dest" ] || { mkdir -- "$dest" && made=yes; } || return
  new=yes
  git init -q -- "$dest" || return
fi
cd -- "$dest" || return
if git config --get "remote.$remote.url" >/dev/null; then git remote set-url -- "$remote" "$url"
else git remote add -- "$remote" "$url"; fi || return
[ -z "$depth" ] || set -- --depth "$depth"
[ -n "$depth" ] || set --
[ -n "$depth" ] || [ ! -e "$(git rev-parse --git-dir)/shallow" ] || set -- --unshallow
case $kind in
branch) ref=refs/remotes/$remote/$name; refspec=+refs/heads/$name:$ref ;;
tag) ref=refs/tags/$name; refspec=+$ref:$ref ;;
commit) ref=$name; refspec=$name ;;
esac
if [ -n "$depth" ]; then git fetch -q --force "$@" -- "$remote" "$refspec"
else git fetch -q --force --tags "$@" -- "$remote" "+refs/heads/*:refs/remotes/$remote/*"; fi || {
  # A server need not give a single commit away.
  [ "$kind" = commit ] && git fetch -q --force --tags -- "$remote" "+refs/heads/*:refs/remotes/$remote/*"
} || return
git rev-parse -q --verify "$ref^{commit}" >/dev/null || { echo "the remote has no $kind $name" >&2; return 1; }
set --
[ "$force" = no ] || { set -- --force; [ -n "$new" ] || git reset -q --hard 2>/dev/null; }
if [ "$kind" = branch ]; then git checkout -q "$@" -B "$name" "$ref" --
else git checkout -q "$@" --detach "$ref^{commit}" --; fi || return
new= made=
if [ "$recursive" = yes ] && [ -e .gitmodules ]; then
  git submodule -q sync --recursive && git submodule -q update --init --recursive || return
fi
git rev-parse HEAD`;
